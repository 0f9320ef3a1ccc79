using System.Text.Json.Nodes;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Tuning;

/// <summary>Which settings are tuned, and what they may be. Whatever isn't in it stays as in the preset.</summary>
/// <param name="Dimensions">In the order in which they're drawn.</param>
internal sealed record SearchSpace(IReadOnlyList<Dimension> Dimensions)
{
    /// <summary>Draws in a row that gave nothing new; then the space is taken for exhausted.</summary>
    private const int MostRedraws = 1_000;

    /// <summary>Streams of random numbers of a training end before this one.</summary>
    private const int Stream = 20;

    /// <summary>The space for data of this shape: around its preset, and with times where these tell anything.</summary>
    public static SearchSpace Default(DataShape shape, TrainingSettings preset)
    {
        var (windows, embedding, hidden, blocks) = (preset.BatchWindows, preset.Network.EmbeddingSize, preset.Network.HiddenSize, preset.Network.Blocks);
        List<Dimension> dimensions =
        [
            new() { Name = "learning_rate", From = Math.Max(1e-6, preset.LearningRate / 3), To = Math.Min(1, preset.LearningRate * 3), Log = true },
            new() { Name = "input_dropout", From = 0, To = 0.5 },
            new() { Name = "block_dropout", From = 0, To = 0.5 },
            Whole("batch_windows", 1, 4096, windows / 2, windows, windows * 2, windows * 4),
            Whole("network.embedding_size", 8, 1024, embedding / 2, embedding, embedding * 3 / 2, embedding * 2),
            Whole("network.hidden_size", 8, 1024, hidden / 2, hidden, hidden * 3 / 2, hidden * 2),
            Whole("network.blocks", 1, 8, blocks - 1, blocks, blocks + 1),
            new() { Name = "weight_decay", From = 0.005, To = 0.5, Log = true },
            new() { Name = "item_dropout", Choices = [0, 0.05, 0.15] },
        ];
        if (shape.TimesTell)
            dimensions.Add(new Dimension { Name = "network.time_gaps", Choices = [false, true] });
        return new SearchSpace(dimensions);
    }

    /// <summary>The preset, as trial 0, and drawn trials, each with another choice of values. Fewer than asked for where there are no more.</summary>
    /// <param name="preset">What the values are laid over.</param>
    /// <param name="count">Of all trials, the preset included.</param>
    /// <param name="seed">Seed of the draws.</param>
    public IReadOnlyList<Trial> Trials(TrainingSettings preset, int count, long seed)
    {
        var random = SeededRandom.Create(seed, Stream);
        List<Trial> trials = [new(0, new JsonObject(), preset)];
        var known = new HashSet<string>(StringComparer.Ordinal) { TunedSettings.Text(preset) };
        for (var redraws = 0; trials.Count < count && redraws < MostRedraws; redraws++)
        {
            var values = new JsonObject();
            foreach (var dimension in Dimensions)
                values[dimension.Name] = dimension.Draw(random);
            var settings = Lay(values, preset);
            if (!known.Add(TunedSettings.Text(settings)))
                continue;
            trials.Add(new Trial(trials.Count, values, settings));
            redraws = 0;
        }
        return trials;
    }

    /// <summary>Settings with values by dotted names laid over them.</summary>
    public static TrainingSettings Lay(JsonObject values, TrainingSettings preset)
    {
        var nested = new JsonObject();
        foreach (var (name, value) in values)
        {
            var parts = name.Split('.');
            var into = nested;
            foreach (var part in parts[..^1])
            {
                if (into[part] is not JsonObject)
                    into[part] = new JsonObject();
                into = into[part]!.AsObject();
            }
            into[parts[^1]] = value?.DeepClone();
        }
        return SettingsFile.Over("the space", nested, preset);
    }

    /// <summary>The space as a file says it.</summary>
    public JsonObject ToJson() => new(Dimensions.Select(dimension => KeyValuePair.Create(dimension.Name, (JsonNode?)dimension.ToJson())));

    private static Dimension Whole(string name, int least, int most, params int[] values) =>
        new() { Name = name, Choices = [.. values.Select(value => Math.Clamp(value, least, most)).Distinct().Select(value => (JsonNode)value)] };
}
