using Recsys.Inference.Artefacts;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;

namespace Recsys.Server.Bench;

/// <summary>An artefact with random weights: its lists mean nothing, and cost what a trained model's of the same size do.</summary>
internal static class RandomModel
{
    private const int FeedForwardMultiple = 4;
    private const int TasteDimensions = 64;
    private const int FirstUnits = 32, SecondUnits = 16;

    /// <summary>Categories of an item, and in all.</summary>
    private const int Categories = 3, MostCategories = 30;

    /// <summary>Rules of an item, and of all; a large catalogue's are thinner, as those of a real one are.</summary>
    private const int MostTargets = 100, MostRules = 20_000_000;

    /// <summary>Writes the folder, which must not exist yet.</summary>
    public static void Write(string folder, NetworkSize size, IReadOnlyList<uint> itemNumbers, DateTimeOffset now, int seed, ModelSources sources = ModelSources.Session)
    {
        var settings = new SessionSettings
        {
            EmbeddingSize = size.Embedding,
            HiddenSize = size.Hidden,
            Blocks = size.Blocks,
            FeedForwardMultiple = FeedForwardMultiple,
        };
        if (sources == ModelSources.All)
        {
            var taste = new TasteOptions { Dimensions = TasteDimensions };
            settings = settings with { RulesWeight = 1, Taste = taste, Linear = true, RankerFeatures = RankerTable.FeatureNames, TrendingHalfLifeHours = 24, Facts = true };
        }

        var manifest = new ArtefactManifest
        {
            Created = now,
            CodeVersion = "recsys bench: random weights",
            Settings = settings,
            Data = new TrainingDataSummary { Users = 0, Items = itemNumbers.Count, Interactions = 0, FirstTimeMs = 0, LastTimeMs = 0 },
        };
        var random = new Random(seed);
        List<NamedTensor> tensors = [.. settings.Tensors(itemNumbers.Count).Select(tensor => new NamedTensor(tensor.Name, tensor.Shape, Values(tensor, random)))];
        if (sources == ModelSources.All) AddSources(tensors, itemNumbers.Count, random);
        SessionArtefactWriter.Write(folder, manifest, tensors, itemNumbers.ToArray());
    }

    private static void AddSources(List<NamedTensor> tensors, int items, Random random)
    {
        tensors.AddRange(ItemRulesTensors.Rules.Of(Rules(items, new(0.8f, 50, 0, 1), random)));
        tensors.AddRange(ItemRulesTensors.Linear.Of(Rules(items, new(1, SourceModels.HistoryLength, 0, 1), random)));
        tensors.Add(new(TasteTensors.Items, [items, TasteDimensions], Values(new(TasteTensors.Items, [items, TasteDimensions]), random)));
        tensors.AddRange(Facts(items, random).ToTensors());
        const int features = RankerTable.FeatureCount;
        tensors.AddRange(RankerTensors.Of(new(
            Even(features, 0), Even(features, 1), Even(features, 0.1f),
            Values(new("hidden", [FirstUnits, features]), random), Even(FirstUnits, 0.1f),
            Values(new("middle", [SecondUnits, FirstUnits]), random), Even(SecondUnits, 0.1f), Even(SecondUnits, 0.1f))));
    }

    private static ItemFacts Facts(int items, Random random) => new(
        Even(items, 20_000), [.. Enumerable.Range(0, items + 1).Select(i => i * Categories)], [.. Enumerable.Range(0, items * Categories).Select(_ => random.Next(MostCategories))],
        new float[items * ItemFacts.WeekParts], new float[items], new float[items]);

    private static ItemRules Rules(int items, RulesDecay decay, Random random)
    {
        var each = Math.Min(items, Math.Clamp(MostRules / items, 1, MostTargets));
        var (offsets, targets, weights) = (new int[items + 1], new int[items * each], new float[items * each]);
        for (var i = 0; i < items; i++)
        {
            offsets[i + 1] = offsets[i] + each;
            for (var at = offsets[i]; at < offsets[i + 1]; at++) (targets[at], weights[at]) = (random.Next(items), 1f / (1 + at - offsets[i]));
        }

        return new(offsets, targets, weights, decay);
    }

    private static float[] Even(int length, float value)
    {
        var values = new float[length];
        Array.Fill(values, value);
        return values;
    }

    private static float[] Values(TensorShape tensor, Random random)
    {
        var values = new float[tensor.Shape.Aggregate(1, (product, length) => checked(product * length))];
        var isNormWeight = tensor.Name.Contains("norm", StringComparison.Ordinal) && tensor.Name.EndsWith(".weight", StringComparison.Ordinal);
        var (centre, scale) = isNormWeight ? (1f, 0f)
            : tensor.Name == "item_popularity" ? (1f, 1f)
            : (0f, tensor.Shape.Count == 2 ? 1 / MathF.Sqrt(tensor.Shape[1]) : 0.1f);
        for (var i = 0; i < values.Length; i++) values[i] = centre + (scale * ((2 * random.NextSingle()) - 1));
        return values;
    }
}
