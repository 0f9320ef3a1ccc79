using Recsys.Content.Metrics;

namespace Recsys.Tests.Content;

/// <summary>Figures against values computed by hand.</summary>
public sealed class MetricsTests
{
    private const double Tiny = 1e-7;

    [Fact]
    public void Classification_when_computed_by_hand_is_that()
    {
        // True a a b b c; told a b b b a.
        float[][] probabilities = [[0.7f, 0.2f, 0.1f], [0.3f, 0.5f, 0.2f], [0.1f, 0.8f, 0.1f], [0.2f, 0.6f, 0.2f], [0.5f, 0.1f, 0.4f]];
        var report = ClassificationReport.Of(["a", "b", "c"], probabilities, [0, 0, 1, 1, 2]);

        Assert.Equal(0.6, report.Accuracy, Tiny);
        Assert.Equal(0.6, report.MicroF1, Tiny);
        // a: precision 1/2, recall 1/2; b: 2/3, 1; c: never told.
        Assert.Equal([0.5, 0.8, 0], report.Classes.Select(figures => Math.Round(figures.F1, 7)));
        Assert.Equal((0.5 + 0.8 + 0) / 3, report.MacroF1, Tiny);
        Assert.Equal([2, 2, 1], report.Classes.Select(figures => figures.Support));
        Assert.Equal([2, 3, 0], report.Classes.Select(figures => figures.Told));
        Assert.Equal([1, 1, 0], report.Confusion[0]);
        Assert.Equal([0, 2, 0], report.Confusion[1]);
        Assert.Equal([1, 0, 0], report.Confusion[2]);
        Assert.Equal(-(Math.Log(0.7) + Math.Log(0.3) + Math.Log(0.8) + Math.Log(0.6) + Math.Log(0.4)) / 5, report.LogLoss, 1e-6);
        // a: pairs of (0.7, 0.3) over (0.1, 0.2, 0.5): 3 + 2 of 6; b: (0.8, 0.6) over (0.2, 0.5, 0.1): all; c: 0.4 over all.
        Assert.Equal(5 / 6.0, report.Classes[0].RocAuc!.Value, Tiny);
        Assert.Equal((5 / 6.0 + 1 + 1) / 3, report.RocAuc!.Value, Tiny);
        // Confidences 0.5 (wrong, wrong) together, 0.6, 0.7, 0.8 (right).
        Assert.Equal([2, 1, 1, 1], report.Reliability.Select(bin => bin.Examples));
        Assert.Equal(((2 * 0.5) + 0.4 + 0.3 + 0.2) / 5, report.CalibrationError, 1e-6);
    }

    [Fact]
    public void Classes_when_neither_true_nor_told_are_out_of_the_macro_F1()
    {
        var report = ClassificationReport.Of(["a", "b", "never"], [[0.9f, 0.1f, 0], [0.2f, 0.8f, 0]], [0, 1]);
        Assert.Equal(1, report.MacroF1);
        Assert.Null(report.Classes[2].RocAuc);
        Assert.Equal(1, report.RocAuc);
    }

    [Fact]
    public void Probability_of_zero_when_true_costs_a_bounded_loss()
    {
        Assert.Equal(-Math.Log(1e-15), ClassificationReport.Of(["a", "b"], [[0, 1]], [0]).LogLoss, Tiny);
    }

    [Fact]
    public void Reliability_when_there_are_many_has_ten_bins_of_equal_size()
    {
        float[][] probabilities = [.. Enumerable.Range(0, 1000).Select(i => new[] { 0.5f + (i / 2002f), 0.5f - (i / 2002f) })];
        var report = ClassificationReport.Of(["a", "b"], probabilities, [.. Enumerable.Repeat(0, 1000)]);
        Assert.Equal(Enumerable.Repeat(100, 10), report.Reliability.Select(bin => bin.Examples));
        Assert.Equal(report.Reliability.OrderBy(bin => bin.Confidence), report.Reliability);
        Assert.All(report.Reliability, bin => Assert.Equal(1, bin.Accuracy));
        Assert.Equal(1 - probabilities.Average(p => p[0]), report.CalibrationError, 1e-5);
    }

    [Theory]
    [InlineData(new[] { 1f, 2, 3, 4 }, new[] { false, false, true, true }, 1)]
    [InlineData(new[] { 1f, 2, 3, 4 }, new[] { true, true, false, false }, 0)]
    [InlineData(new[] { 1f, 1, 1, 1 }, new[] { true, false, true, false }, 0.5)]
    [InlineData(new[] { 1f, 2, 2, 3 }, new[] { false, true, false, true }, 0.875)]
    public void Area_under_the_curve_when_scores_tie_counts_them_half(float[] scores, bool[] isTrue, double expected)
    {
        Assert.Equal(expected, ThresholdMetrics.RocAuc(scores, isTrue));
    }

    [Fact]
    public void Area_under_the_curve_without_a_pair_is_none()
    {
        Assert.Null(ThresholdMetrics.RocAuc([1, 2], [true, true]));
        Assert.Null(ThresholdMetrics.RocAuc([], []));
    }

    [Fact]
    public void Precision_at_a_recall_when_computed_by_hand_is_that()
    {
        // From the highest: true, false, true, (true, false tied), false.
        float[] scores = [6, 5, 4, 3, 3, 1];
        bool[] isTrue = [true, false, true, true, false, false];
        Assert.Equal(1, ThresholdMetrics.PrecisionAtRecall(scores, isTrue, 1 / 3.0));
        Assert.Equal(2 / 3.0, ThresholdMetrics.PrecisionAtRecall(scores, isTrue, 0.5)!.Value, Tiny);
        Assert.Equal(0.6, ThresholdMetrics.PrecisionAtRecall(scores, isTrue, 0.9)!.Value, Tiny);
        Assert.Null(ThresholdMetrics.PrecisionAtRecall(scores, new bool[6], 0.9));
    }

    [Fact]
    public void Threshold_of_the_best_F1_is_between_the_scores_that_it_parts()
    {
        Assert.Equal(0.55, ThresholdMetrics.BestF1Threshold([0.9f, 0.7f, 0.4f, 0.1f], [true, true, false, false]), Tiny);
        Assert.Equal(0.5, ThresholdMetrics.BestF1Threshold([0.9f, 0.7f], [false, false]));
    }

    [Fact]
    public void Labels_when_computed_by_hand_are_that()
    {
        float[][] probabilities = [[0.9f, 0.2f], [0.6f, 0.7f], [0.1f, 0.4f]];
        bool[][] truths = [[true, false], [false, true], [false, true]];
        var report = LabelsReport.Of(["x", "y"], probabilities, truths);
        // x: told 2, right 1 of 1; y: told 1, right 1 of 2.
        Assert.Equal([2 / 3.0, 2 / 3.0], report.Labels.Select(label => label.F1));
        Assert.Equal(2 * 2 / 6.0, report.MicroF1, Tiny);
        Assert.Equal(2 / 3.0, report.MacroF1, Tiny);
        Assert.Equal(1, report.RocAuc);
        var loss = -(Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.4) + Math.Log(0.7) + Math.Log(0.9) + Math.Log(0.4)) / 6;
        Assert.Equal(loss, report.LogLoss, 1e-6);

        var lower = LabelsReport.Of(["x", "y"], probabilities, truths, [0.5, 0.3]);
        Assert.Equal(1, lower.Labels[1].F1);
        Assert.Equal(0.3, lower.Labels[1].Threshold);
    }

    [Fact]
    public void Numbers_when_computed_by_hand_are_that()
    {
        var report = NumberReport.Of([2, 4, 9], [1, 4, 7]);
        Assert.Equal(Math.Sqrt(5 / 3.0), report.Rmse, Tiny);
        Assert.Equal(1, report.Mae, Tiny);
        Assert.Equal(1 - (5 / 18.0), report.R2!.Value, Tiny);
        Assert.Null(NumberReport.Of([1, 2], [3, 3]).R2);
    }

    [Fact]
    public void Reports_of_nothing_or_of_what_does_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClassificationReport.Of(["a"], [], []));
        Assert.Contains("Example 0 is of class 2, expected 0 to 1", Assert.Throws<ArgumentException>(() => ClassificationReport.Of(["a", "b"], [[1, 0]], [2])).Message);
        Assert.Contains("Example 0 has 3 probabilities, expected 2", Assert.Throws<ArgumentException>(() => ClassificationReport.Of(["a", "b"], [[1, 0, 0]], [1])).Message);
        Assert.Throws<ArgumentException>(() => LabelsReport.Of(["a"], [[1]], [[true, false]]));
        Assert.Throws<ArgumentException>(() => NumberReport.Of([1], [1, 2]));
    }
}
