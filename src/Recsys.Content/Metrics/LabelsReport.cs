namespace Recsys.Content.Metrics;

/// <summary>How well probabilities of labels, any number of which may be true, tell those that are.</summary>
public sealed record LabelsReport
{
    /// <summary>Examples.</summary>
    public required int Examples { get; init; }

    /// <summary>F1 of all decisions together, at the labels' thresholds.</summary>
    public required double MicroF1 { get; init; }

    /// <summary>Mean F1 of the labels that are true or told of at least one example.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Mean area under the ROC curve of the labels that have one.</summary>
    public double? RocAuc { get; init; }

    /// <summary>Mean over examples and labels of the binary cross-entropy in nats, probabilities within 1e-15 of 0 and 1 taken as that.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Expected calibration error over all labels' probabilities (see <see cref="Reliability"/>).</summary>
    public required double CalibrationError { get; init; }

    /// <summary>Ten bins of all labels' probabilities, with as many each as equal ones allow, lowest first; accuracy is the share that is true.</summary>
    public required IReadOnlyList<ReliabilityBin> Reliability { get; init; }

    /// <summary>Each label, in the order of the outputs.</summary>
    public required IReadOnlyList<LabelFigures> Labels { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="probabilities">One array an example, one value a label.</param>
    /// <param name="truths">As many; whether the label is true.</param>
    /// <param name="thresholds">
    /// From which probability on each label is told; null: 0.5 for all. Chosen on other examples (see <see cref="ThresholdMetrics.BestF1Threshold"/>).
    /// </param>
    /// <exception cref="ArgumentException">There's no example, or lengths don't fit.</exception>
    public static LabelsReport Of(IReadOnlyList<string> labels, IReadOnlyList<float[]> probabilities, IReadOnlyList<bool[]> truths, IReadOnlyList<double>? thresholds = null)
    {
        if (probabilities.Count == 0 || probabilities.Count != truths.Count)
        {
            throw new ArgumentException($"There are {probabilities.Count} examples and {truths.Count} truths, expected as many, at least one.", nameof(truths));
        }

        for (var i = 0; i < truths.Count; i++)
        {
            if (probabilities[i].Length == labels.Count && truths[i].Length == labels.Count) continue;
            throw new ArgumentException($"Example {i} has {probabilities[i].Length} probabilities and {truths[i].Length} truths, expected {labels.Count}.", nameof(truths));
        }

        if (thresholds is not null && thresholds.Count != labels.Count) throw new ArgumentException($"There are {thresholds.Count} thresholds, expected {labels.Count}.", nameof(thresholds));
        var (loss, right, figures) = (0.0, 0L, new LabelFigures[labels.Count]);
        for (var k = 0; k < labels.Count; k++)
        {
            var threshold = thresholds?[k] ?? 0.5;
            var (scores, isTrue, support, told, hits) = (new float[truths.Count], new bool[truths.Count], 0, 0, 0);
            for (var i = 0; i < truths.Count; i++)
            {
                (scores[i], isTrue[i]) = (probabilities[i][k], truths[i][k]);
                var isTold = scores[i] >= threshold;
                (support, told, hits) = (support + (isTrue[i] ? 1 : 0), told + (isTold ? 1 : 0), hits + (isTold && isTrue[i] ? 1 : 0));
                loss -= Math.Log(Math.Max(isTrue[i] ? scores[i] : 1 - (double)scores[i], 1e-15));
            }

            right += hits;
            figures[k] = LabelFigures.Of(labels[k], scores, isTrue, support, told, hits, threshold);
        }

        var bins = ReliabilityBin.Of([.. probabilities.SelectMany(values => values)], [.. truths.SelectMany(values => values)]);
        var seen = figures.Where(label => label.Support > 0 || label.Told > 0).ToList();
        var areas = figures.Where(label => label.RocAuc is not null).ToList();
        return new()
        {
            Examples = truths.Count,
            MicroF1 = LabelFigures.F1Of(right, figures.Sum(label => (long)label.Support), figures.Sum(label => (long)label.Told)),
            MacroF1 = seen.Count > 0 ? seen.Average(label => label.F1) : 0,
            RocAuc = areas.Count > 0 ? areas.Average(label => label.RocAuc) : null,
            LogLoss = loss / truths.Count / labels.Count,
            CalibrationError = ReliabilityBin.Error(bins),
            Reliability = bins,
            Labels = figures,
        };
    }
}
