using System.Text.Json.Serialization;

namespace Recsys.Content.Metrics;

/// <summary>How well one class or label is told from the rest.</summary>
public sealed record LabelFigures
{
    /// <summary>The share of an label's examples that <see cref="PrecisionAtRecall"/> has to find.</summary>
    public const double Recall90 = 0.9;

    /// <summary>Which.</summary>
    public required string Label { get; init; }

    /// <summary>Examples that it's true of.</summary>
    public required int Support { get; init; }

    /// <summary>Examples that it's told of.</summary>
    public required int Told { get; init; }

    /// <summary>Share of those told that are true; 0 where none is told.</summary>
    public required double Precision { get; init; }

    /// <summary>Share of those true that are told; 0 where none is true.</summary>
    public required double Recall { get; init; }

    /// <summary>Their harmonic mean; 0 where both are.</summary>
    public required double F1 { get; init; }

    /// <summary>Area under the ROC curve, ties half; null where all examples are alike.</summary>
    public double? RocAuc { get; init; }

    /// <summary>The best precision of any threshold that finds at least <see cref="Recall90"/> of those true; null where none is true.</summary>
    public double? PrecisionAtRecall { get; init; }

    /// <summary>Labels: the probability from which on it's told. Classes: null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Threshold { get; init; }

    internal static LabelFigures Of(string label, ReadOnlySpan<float> scores, ReadOnlySpan<bool> isTrue, int support, int told, int right, double? threshold)
    {
        var precision = told > 0 ? right / (double)told : 0;
        var recall = support > 0 ? right / (double)support : 0;
        return new()
        {
            Label = label,
            Support = support,
            Told = told,
            Precision = precision,
            Recall = recall,
            F1 = F1Of(right, support, told),
            RocAuc = ThresholdMetrics.RocAuc(scores, isTrue),
            PrecisionAtRecall = ThresholdMetrics.PrecisionAtRecall(scores, isTrue, Recall90),
            Threshold = threshold,
        };
    }

    internal static double F1Of(long right, long support, long told) => support + told > 0 ? 2.0 * right / (support + told) : 0;
}
