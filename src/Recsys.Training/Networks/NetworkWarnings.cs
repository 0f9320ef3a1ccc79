using Recsys.Content.Networks;

namespace Recsys.Training.Networks;

/// <summary>What whoever serves a network should know first.</summary>
internal static class NetworkWarnings
{
    /// <summary>By its own report, and by the baselines' where those were measured.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<NetworkReport> reports, EncodedExamples train, NetworkTask task)
    {
        var network = reports[0];
        if (network.Classes is { } classes)
        {
            // What telling everybody the most frequent class would reach on this test part.
            var most = train.Classes.GroupBy(its => its).MaxBy(group => group.Count())!.Key;
            var share = classes.Classes[most].Support / (double)classes.Examples;
            if (classes.Accuracy <= share)
                yield return FormattableString.Invariant($"Its accuracy {classes.Accuracy:F3} on the test part is no better than always telling '{classes.Classes[most].Label}' ({share:F3}).");
        }
        if (network.Number is { R2: <= 0 } number)
            yield return FormattableString.Invariant($"On the test part it tells numbers no better than their mean (R2 {number.R2:F3}).");
        var linear = reports.FirstOrDefault(report => report.Model == NetworkTable.Linear);
        if (linear is null)
            yield break;
        var (name, own, its, isBetter) = task switch
        {
            NetworkTask.Classes => ("accuracy", network.Classes!.Accuracy, linear.Classes!.Accuracy, network.Classes.Accuracy >= linear.Classes.Accuracy),
            NetworkTask.Labels => ("micro F1", network.Labels!.MicroF1, linear.Labels!.MicroF1, network.Labels.MicroF1 >= linear.Labels.MicroF1),
            _ => ("RMSE", network.Number!.Rmse, linear.Number!.Rmse, network.Number.Rmse <= linear.Number.Rmse),
        };
        if (!isBetter)
            yield return FormattableString.Invariant($"A linear model of the same features does better on the test part: {name} {its:F3}, the network's is {own:F3}.");
    }
}
