namespace Recsys.Content.Metrics;

/// <summary>How well probabilities of exclusive classes tell the true one.</summary>
public sealed record ClassificationReport
{
    /// <summary>The most classes of which <see cref="Confusion"/> is kept.</summary>
    public const int MostConfused = 200;

    /// <summary>Examples.</summary>
    public required int Examples { get; init; }

    /// <summary>Share whose most probable class is the true one; of several as probable the first counts.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean F1 of the classes that are true or told of at least one example; F1 is 0 where nothing is right.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>F1 of all examples together: with exclusive classes the same as the accuracy.</summary>
    public required double MicroF1 { get; init; }

    /// <summary>
    /// Mean over classes of the area under the ROC curve, one against the rest, ties half; null where no class has both examples of it and others.
    /// </summary>
    public double? RocAuc { get; init; }

    /// <summary>Mean of -ln(probability of the true class), probabilities of at least 1e-15.</summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// Expected calibration error of the most probable class: mean over examples of |confidence - accuracy| of its bin (see <see cref="Reliability"/>).
    /// </summary>
    public required double CalibrationError { get; init; }

    /// <summary>Ten bins with as many examples each as equal confidences allow, least confident first.</summary>
    public required IReadOnlyList<ReliabilityBin> Reliability { get; init; }

    /// <summary>Each class, in the order of the outputs.</summary>
    public required IReadOnlyList<LabelFigures> Classes { get; init; }

    /// <summary>Examples by true class (row) and told class (column); empty with more than <see cref="MostConfused"/> classes.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="probabilities">One array an example, one value a class.</param>
    /// <param name="truths">The true class of each example.</param>
    /// <exception cref="ArgumentException">There's no example, or lengths or classes don't fit.</exception>
    public static ClassificationReport Of(IReadOnlyList<string> labels, IReadOnlyList<float[]> probabilities, IReadOnlyList<int> truths)
    {
        if (probabilities.Count == 0 || probabilities.Count != truths.Count)
        {
            throw new ArgumentException($"There are {probabilities.Count} examples and {truths.Count} truths, expected as many, at least one.", nameof(truths));
        }

        var (confusion, right, loss) = (new int[labels.Count, labels.Count], new bool[truths.Count], 0.0);
        var confidences = new float[truths.Count];
        for (var i = 0; i < truths.Count; i++)
        {
            if (probabilities[i].Length != labels.Count) throw new ArgumentException($"Example {i} has {probabilities[i].Length} probabilities, expected {labels.Count}.", nameof(probabilities));
            if (truths[i] < 0 || truths[i] >= labels.Count) throw new ArgumentException($"Example {i} is of class {truths[i]}, expected 0 to {labels.Count - 1}.", nameof(truths));
            var told = ArgMax(probabilities[i]);
            confusion[truths[i], told]++;
            (right[i], confidences[i]) = (told == truths[i], probabilities[i][told]);
            loss -= Math.Log(Math.Max(probabilities[i][truths[i]], 1e-15));
        }

        LabelFigures[] classes = [.. Enumerable.Range(0, labels.Count).Select(k => Figures(labels, probabilities, truths, confusion, k))];
        var seen = classes.Where(figures => figures.Support > 0 || figures.Told > 0).ToList();
        var areas = classes.Where(figures => figures.RocAuc is not null).ToList();
        var bins = ReliabilityBin.Of(confidences, right);
        var accuracy = right.Count(isRight => isRight) / (double)truths.Count;
        return new()
        {
            Examples = truths.Count,
            Accuracy = accuracy,
            MacroF1 = seen.Average(figures => figures.F1),
            MicroF1 = accuracy,
            RocAuc = areas.Count > 0 ? areas.Average(figures => figures.RocAuc) : null,
            LogLoss = loss / truths.Count,
            CalibrationError = ReliabilityBin.Error(bins),
            Reliability = bins,
            Classes = classes,
            Confusion = labels.Count > MostConfused ? [] : Rows(confusion, labels.Count),
        };
    }

    private static LabelFigures Figures(IReadOnlyList<string> labels, IReadOnlyList<float[]> probabilities, IReadOnlyList<int> truths, int[,] confusion, int label)
    {
        var (support, told) = (0, 0);
        for (var other = 0; other < labels.Count; other++)
        {
            support += confusion[label, other];
            told += confusion[other, label];
        }

        var (scores, isTrue) = (new float[truths.Count], new bool[truths.Count]);
        for (var i = 0; i < scores.Length; i++) (scores[i], isTrue[i]) = (probabilities[i][label], truths[i] == label);
        return LabelFigures.Of(labels[label], scores, isTrue, support, told, confusion[label, label], threshold: null);
    }

    private static int[][] Rows(int[,] confusion, int count) =>
        [.. Enumerable.Range(0, count).Select(row => Enumerable.Range(0, count).Select(column => confusion[row, column]).ToArray())];

    private static int ArgMax(float[] values)
    {
        var best = 0;
        for (var k = 1; k < values.Length; k++) best = values[k] > values[best] ? k : best;
        return best;
    }
}
