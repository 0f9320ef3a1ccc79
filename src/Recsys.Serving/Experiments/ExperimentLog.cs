using System.Runtime.CompilerServices;
using Recsys.Inference.Experiments;
using Recsys.Storage;

namespace Recsys.Serving.Experiments;

/// <summary>Reads from the log what the users of an experiment were shown and played; in memory are one user's part of it and the totals.</summary>
internal sealed class ExperimentLog(OutcomeReader reader)
{
    private const int ReportEvery = 500;

    /// <summary>Reports how far it is; the last element holds the outcome.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="experiment">Which.</param>
    /// <param name="endMs">Events before this moment are counted, Unix ms.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async IAsyncEnumerable<(ExperimentProgress? Progress, ExperimentOutcome? Outcome)> ReportAsync(
        string ns, Experiment experiment, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (assignment, design) = (experiment.Assignment(), experiment.Design());
        var totals = new ExperimentAccumulator(design.Variants.Count);
        var (window, count) = (new LogWindow(experiment.StartTimeMs, endMs), new OutcomeCount());
        await foreach (var user in reader.UsersAsync(ns, cancellationToken))
        {
            var variant = assignment.IndexOf(user.UserId);
            if (variant != VariantAssignment.Outside && await OutcomeAsync(user, variant, experiment.Placement, window, count, cancellationToken) is { } outcome) totals.Add(outcome);
            if (++count.Users % ReportEvery == 0) yield return (count.Progress, null);
        }

        yield return (count.Progress, null);
        yield return (null, new(experiment, endMs, ExperimentReport.Of(design, totals), count.Unattributed));
    }

    /// <summary>What became of a user; null: the user was shown nothing.</summary>
    private async ValueTask<UserOutcome?> OutcomeAsync(UserKey user, int variant, string placement, LogWindow window, OutcomeCount count, CancellationToken cancellationToken)
    {
        var shown = new HashSet<(ulong List, uint Item)>();
        await foreach (var (_, listed) in reader.ShownAsync(user, placement, window, count, cancellationToken)) shown.Add((listed.List, listed.Event.Item));

        // Whoever was shown nothing is in no figure, and most of a large log needn't be read.
        if (shown.Count == 0) return null;
        var played = await reader.PlayedAsync(user, placement, shown.Select(one => one.List).ToHashSet(), window, count, cancellationToken);
        return new(StableHash.Of(user.UserId), variant, shown.Count, played.Count, played.Seconds);
    }
}
