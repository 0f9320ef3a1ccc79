using Recsys.Serving.Archive;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>
/// Takes events and impressions back: marks their log entries and makes the state anew without them, in one commit. Reaches as far as a refold does. Ids stay in the duplicate window: the same
/// event sent again within it is a duplicate still.
/// </summary>
internal sealed class EventUndo(IRecsysStore store, UserMailboxes mailboxes, Refold refold, LiveModels models, ArchiveMarks marks, TimeProvider time)
{
    private const int MaxConflicts = 20;

    /// <summary>One outcome an id, in the order given.</summary>
    /// <exception cref="EngineException">Unavailable, Overloaded.</exception>
    public ValueTask<IReadOnlyList<UndoOutcome>> UndoAsync(UserKey user, IReadOnlyList<string> eventIds, CancellationToken cancellationToken) =>
        mailboxes.RunAsync(user, inner => UndoAloneAsync(user, eventIds, inner).OrUnavailable(), cancellationToken);

    private async ValueTask<IReadOnlyList<UndoOutcome>> UndoAloneAsync(UserKey user, IReadOnlyList<string> eventIds, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxConflicts; attempt++)
        {
            var records = await store.LoadAsync([new(user, [])], Now(), cancellationToken);
            var log = await refold.ReadAsync(user, cancellationToken);
            var (outcomes, undone) = Find(eventIds, log, refold.Reach);
            var shown = await FindShownAsync(user, eventIds, outcomes, cancellationToken);
            if (undone.Count + shown.Count == 0 && (store.Durability != StoreDurability.Replicated || !outcomes.Contains(UndoOutcome.AlreadyUndone))) return outcomes;

            // Also where nothing is left to do: what was done before may have lacked its replicas' confirmation.
            var commit = new UserCommit
            {
                User = user,
                ExpectedRevision = records[0].Revision,
                State = undone.Count == 0 && shown.Count > 0 ? (ReadOnlyMemory<byte>?)null : StateWithout(user, undone, log, records[0]),
                UndoneSequences = [.. undone, .. shown],
                ReceiveTimeMs = Now(),
            };
            var results = await marks.AroundAsync(user, () => store.CommitAsync([commit], cancellationToken), cancellationToken);
            if (results[0].Status == CommitStatus.Committed) return outcomes;
        }

        throw new EngineException(EngineErrorKind.Unavailable, "TOO_MANY_CONFLICTS", "Other processes kept changing the user. Try again.");
    }

    private byte[] StateWithout(UserKey user, HashSet<long> undone, IReadOnlyList<LogEntry> log, UserRecord record)
    {
        var state = refold.FromLog(log, undone, [], Known(record));
        NetworkFollower.Follow(state, models.Of(user.Namespace), models.NextOf(user.Namespace), models.OfVariant(user));
        return SessionStateCodec.Encode(state);
    }

    /// <summary>Looks for the ids that no event has among the newest impressions, which move no state; sets what becomes of them, and returns the entries to mark.</summary>
    private async ValueTask<HashSet<long>> FindShownAsync(UserKey user, IReadOnlyList<string> eventIds, UndoOutcome[] outcomes, CancellationToken cancellationToken)
    {
        int[] missing = [.. Enumerable.Range(0, outcomes.Length).Where(i => outcomes[i] == UndoOutcome.NotFound)];
        if (missing.Length == 0) return [];
        var impressions = await store.ReadUserLogAsync(user, LogStream.Exposures, long.MaxValue, refold.Reach, newestFirst: true, cancellationToken);
        var (found, shown) = Find([.. missing.Select(i => eventIds[i])], impressions, refold.Reach);
        for (var i = 0; i < missing.Length; i++) outcomes[missing[i]] = found[i];
        return shown;
    }

    /// <summary>What becomes of each id, and the log entries to mark. Heart-beats may share an id: all of them go.</summary>
    private static (UndoOutcome[] Outcomes, HashSet<long> Undone) Find(IReadOnlyList<string> eventIds, IReadOnlyList<LogEntry> log, int reach)
    {
        var found = new Dictionary<string, UndoOutcome>(StringComparer.Ordinal);
        foreach (var id in eventIds) found[id] = UndoOutcome.NotFound;
        var undone = new HashSet<long>();
        for (var i = Math.Min(log.Count, reach) - 1; i >= 0; i--)
        {
            var entry = log[i];
            if (entry.EventId.Length == 0 || !found.TryGetValue(entry.EventId, out var outcome)) continue;
            if (!entry.Undone) undone.Add(entry.Sequence);
            if (!entry.Undone || outcome == UndoOutcome.NotFound) found[entry.EventId] = entry.Undone ? UndoOutcome.AlreadyUndone : UndoOutcome.Undone;
        }

        var outcomes = new UndoOutcome[eventIds.Count];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = found[eventIds[i]];
        return (outcomes, undone);
    }

    private static SessionState? Known(UserRecord record)
    {
        try
        {
            return SessionStateCodec.Decode(record.State.Span);
        }
        catch (InvalidDataException)
        {
            // Unreadable or not, it's about to be replaced; it would only have helped beyond the refold's reach.
            return null;
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
