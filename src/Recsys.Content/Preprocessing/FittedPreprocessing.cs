using System.Text.Json.Serialization;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing.Texts;

namespace Recsys.Content.Preprocessing;

/// <summary>All columns of a network with what was learned of them from the training part. Immutable; kept with the model.</summary>
public sealed record FittedPreprocessing
{
    /// <summary>The columns in the spec's order.</summary>
    public required IReadOnlyList<FittedColumn> Columns { get; init; }

    /// <summary>Text networks: the pieces of all texts. Else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WordPieceVocabulary? Pieces { get; init; }

    /// <summary>Text networks with the wide way: the words of all texts. Else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WordVocabulary? Words { get; init; }

    /// <summary>The sizes of a network that reads this.</summary>
    /// <param name="spec">What it was fitted for.</param>
    /// <param name="outputs">Classes or labels; 1 where the target is a number.</param>
    public NetworkSizes Sizes(NetworkSpec spec, int outputs)
    {
        var column = Columns[0];
        return spec.Network.Kind switch
        {
            NetworkKind.Dense => new() { Outputs = outputs, Features = Columns.Sum(FeatureCount) },
            NetworkKind.Convolutional => new() { Outputs = outputs, Channels = column.Settings.Grey ? 1 : 3, Height = column.Settings.Height, Width = column.Settings.Width },
            NetworkKind.Recurrent => new()
            {
                Outputs = outputs,
                Ids = column.Categories is { } known ? known.Count + 1 : 0,
                StepWidth = column.Categories is null ? column.Offsets?.Count ?? 0 : 0,
                Steps = column.Settings.MaxLength,
            },
            _ => new()
            {
                Outputs = outputs,
                Ids = Pieces?.Count() ?? 0,
                Features = spec.Network.Wide ? Words?.Terms.Count ?? 0 : 0,
                // One id between two texts.
                Steps = Columns.Sum(text => text.Settings.MaxLength) + Columns.Count - 1,
            },
        };
    }

    /// <summary>What is wrong with it for a spec that has no problem itself, or null.</summary>
    internal string? Problem(NetworkSpec spec)
    {
        if (Columns is null || Columns.Count != spec.Columns.Count) return $"columns are {Columns?.Count ?? 0}, expected the {spec.Columns.Count} of the spec";
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] is null) return $"columns[{i}] is null";
            if (Columns[i].Problem() is { } problem) return $"columns[{i}].{problem}";
            if (Columns[i].Settings != spec.Columns[i]) return $"columns[{i}].settings are not those of the spec's column '{spec.Columns[i].Name}'";
            if (spec.Network.Kind == NetworkKind.Dense && Columns[i] is { Settings.Kind: ColumnKind.Text, Words: null }) return $"columns[{i}].words are missing";
        }

        if (spec.Network.Kind != NetworkKind.Text) return null;
        if (Pieces is null) return "pieces are missing";
        if (spec.Network.Wide && Words is null) return "words are missing";
        if (Pieces.Problem() is { } pieces) return $"pieces.{pieces}";
        return Words?.Problem() is { } words ? $"words.{words}" : null;
    }

    private static int FeatureCount(FittedColumn column) => column.Settings.Kind switch
    {
        ColumnKind.Number => 2,
        ColumnKind.Category => column.Categories!.Count + 1,
        _ => column.Words!.Terms.Count,
    };
}
