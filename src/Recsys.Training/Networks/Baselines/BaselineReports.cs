using Recsys.Content.Networks;

namespace Recsys.Training.Networks.Baselines;

/// <summary>What a network has to be better than, measured on the same split: the most frequent (or the mean), and a linear model of the same features.</summary>
internal static class BaselineReports
{
    /// <summary>The strongest first: each fit goes on from where the one before ended.</summary>
    private static readonly double[] Penalties = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6];

    /// <summary>Stronger penalties than the best are tried until this many in a row were worse.</summary>
    private const int Worse = 2;

    /// <summary>Measures both.</summary>
    /// <param name="spec">The task.</param>
    /// <param name="target">The outputs.</param>
    /// <param name="features">What the linear model reads.</param>
    /// <param name="parts">What is true of the training, validation and test part.</param>
    /// <param name="tell">Hears how it goes.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IEnumerable<NetworkReport> Of(
        NetworkSpec spec, FittedTarget target, BaselineFeatures features, IReadOnlyList<EncodedExamples> parts, Action<string> tell, CancellationToken cancellation)
    {
        var task = spec.Network.Task;
        var frequent = new LinearModel(task, target, 0);
        var none = parts.Select(part => Enumerable.Repeat(Content.Preprocessing.SparseVector.Empty, part.Count).ToArray()).ToArray();
        frequent.Fit(none[0], parts[0], 0, cancellation);
        yield return Report(NetworkTable.Majority, task, target, frequent.Logits(none[1]), frequent.Logits(none[2]), parts);

        var (linear, best, validation, test) = (new LinearModel(task, target, features.Width), double.PositiveInfinity, Array.Empty<float[]>(), Array.Empty<float[]>());
        var worse = 0;
        foreach (var penalty in Penalties)
        {
            linear.Fit(features.Parts[0], parts[0], penalty, cancellation);
            var loss = linear.Loss(features.Parts[1], parts[1]);
            tell(FormattableString.Invariant($"linear model, penalty {penalty}: validation loss {loss:F4}"));
            worse = loss < best ? 0 : worse + 1;
            if (loss < best)
                (best, validation, test) = (loss, linear.Logits(features.Parts[1]), linear.Logits(features.Parts[2]));
            if (worse == Worse)
                break;
        }
        yield return Report(NetworkTable.Linear, task, target, validation, test, parts);
    }

    private static NetworkReport Report(string model, NetworkTask task, FittedTarget target, float[][] validation, float[][] test, IReadOnlyList<EncodedExamples> parts)
    {
        var thresholds = task == NetworkTask.Labels ? NetworkMeasure.Thresholds(NetworkMeasure.Outputs(task, target, NetworkCalibration.None, validation), parts[1]) : [];
        return NetworkMeasure.Report(model, task, target, NetworkMeasure.Outputs(task, target, NetworkCalibration.None, test), parts[2], thresholds);
    }
}
