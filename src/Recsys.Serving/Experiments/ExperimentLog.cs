using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Recsys.Inference.Experiments;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Experiments;

/// <summary>
/// Reads from the log what the users of an experiment were shown and played: user by user, so that in memory there is one user's part of it at a time, and the totals. The store's log has every
/// event, also where there is an archive.
/// </summary>
internal sealed class ExperimentLog(IRecsysStore store, FoldRules rules, ILogger logger)
{
    private const int UserPageSize = 1_000;
    private const int PageSize = 5_000;
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
        var reading = new Reading(experiment, Encoding.UTF8.GetBytes(experiment.Placement), endMs);
        var users = 0L;
        string? last = null;
        while (await StoreFailure.GuardAsync(() => store.ListUsersAsync(ns, last, UserPageSize, cancellationToken)) is { Count: > 0 } page)
        {
            foreach (var userId in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var variant = assignment.IndexOf(userId);
                if (variant != VariantAssignment.Outside) await AddAsync(new(ns, userId), variant, reading, totals, cancellationToken);
                if (++users % ReportEvery == 0) yield return (new(users, reading.Entries), null);
            }

            last = page[^1];
        }

        yield return (new(users, reading.Entries), null);
        yield return (null, new(experiment, endMs, ExperimentReport.Of(design, totals), reading.Unattributed));
    }

    private async ValueTask AddAsync(UserKey user, int variant, Reading reading, ExperimentAccumulator totals, CancellationToken cancellationToken)
    {
        var shown = new HashSet<(ulong List, uint Item)>();
        await foreach (var listed in ReadAsync(user, LogStream.Exposures, reading, cancellationToken))
        {
            if (!listed.IsOfPlacement || listed.Event.Type != WatchEventType.Impression) continue;
            if (listed.List == 0) reading.Unattributed++;
            else shown.Add((listed.List, listed.Event.Item));
        }

        // Whoever was shown nothing is in no figure, and most of a large log needn't be read.
        if (shown.Count == 0) return;
        var plays = new List<ListedEvent>();
        await foreach (var listed in ReadAsync(user, LogStream.Events, reading, cancellationToken))
        {
            if (AttributedPlays.IsOfPlay(listed.Event.Type)) plays.Add(listed);
        }

        var attributed = new AttributedPlays(rules, shown.Select(one => one.List).ToHashSet());

        // Stable: events of the same time stay in the order of their commits.
        foreach (var play in plays.OrderBy(play => play.Event.TimeMs)) attributed.Add(play);
        attributed.CloseAll();
        totals.Add(new(StableHash.Of(user.UserId), variant, shown.Count, attributed.Count, attributed.Seconds));
    }

    /// <summary>The user's events within the experiment's time that weren't taken back.</summary>
    private async IAsyncEnumerable<ListedEvent> ReadAsync(UserKey user, LogStream stream, Reading reading, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (await StoreFailure.GuardAsync(() => store.ReadUserLogAsync(user, stream, after, PageSize, newestFirst: false, cancellationToken)) is { Count: > 0 } page)
        {
            reading.Entries += page.Count;
            foreach (var entry in page)
            {
                if (!entry.Undone && Read(entry, reading) is { } listed && listed.Event.TimeMs >= reading.Experiment.StartTimeMs && listed.Event.TimeMs < reading.EndMs) yield return listed;
            }

            after = page[^1].Sequence;
            if (page.Count < PageSize) break;
        }
    }

    private ListedEvent? Read(LogEntry entry, Reading reading)
    {
        try
        {
            return EventCodec.DecodeListed(entry.Payload.Span, reading.Placement);
        }
        catch (InvalidDataException e)
        {
            logger.LogEntryUnreadable(e, entry.Sequence);
            return null;
        }
    }

    /// <summary>What one report counts.</summary>
    /// <param name="experiment">Which.</param>
    /// <param name="placement">Its placement in UTF-8.</param>
    /// <param name="endMs">Events before this moment are counted.</param>
    private sealed class Reading(Experiment experiment, byte[] placement, long endMs)
    {
        public Experiment Experiment => experiment;

        public byte[] Placement => placement;

        public long EndMs => endMs;

        public long Entries { get; set; }

        public long Unattributed { get; set; }
    }
}
