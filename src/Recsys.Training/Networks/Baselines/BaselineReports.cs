using Recsys.Content.Networks;

namespace Recsys.Training.Networks.Baselines;

/// <summary>
/// What a network has to be better than, measured on the same split: the most frequent (or the mean), and a linear model of the same features.
/// </summary>
internal static class BaselineReports
{
    /// <summary>Measures both.</summary>
    /// <param name="spec">The task.</param>
    /// <param name="target">The outputs.</param>
    /// <param name="features">What the linear model reads.</param>
    /// <param name="parts">What is true of the training, validation and test part.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IEnumerable<NetworkReport> Of(
        NetworkSpec spec, FittedTarget target, BaselineFeatures features, IReadOnlyList<EncodedExamples> parts, CancellationToken cancellation)
    {
        var task = spec.Network.Task;
        var frequent = new LinearModel(task, target, 0);
        var none = parts.Select(part => Enumerable.Repeat(Content.Preprocessing.SparseVector.Empty, part.Count).ToArray()).ToArray();
        frequent.Fit(none[0], parts[0], 0, cancellation);
        yield return Report(NetworkTable.Majority, task, target, frequent.Logits(none[1]), frequent.Logits(none[2]), parts);

        var linear = LinearSearch.Best(task, target, features.Width, (features.Parts[0], parts[0]), (features.Parts[1], parts[1]), cancellation);
        yield return Report(NetworkTable.Linear, task, target, linear.Logits(features.Parts[1]), linear.Logits(features.Parts[2]), parts);
    }

    private static NetworkReport Report(string model, NetworkTask task, FittedTarget target, float[][] validation, float[][] test, IReadOnlyList<EncodedExamples> parts)
    {
        // As the network's: figures differ by what is learned, not by how it's read.
        var calibration = model == NetworkTable.Linear ? NetworkMeasure.Calibration(task, validation, parts[1]) : NetworkCalibration.None;
        var thresholds = task == NetworkTask.Labels ? NetworkMeasure.Thresholds(NetworkMeasure.Outputs(task, target, calibration, validation), parts[1]) : [];
        return NetworkMeasure.Report(model, task, target, NetworkMeasure.Outputs(task, target, calibration, test), parts[2], thresholds);
    }
}
