using Recsys.Serving.Archive;
using Recsys.Serving.Bytes;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Users;

/// <summary>
/// Moves an anonymous user's log to a known user in two steps: one atomic commit that appends everything to the known user, together with a <see
/// cref="LinkMarker"/>; then the
/// anonymous user's deletion. Whatever happens between them, calling again finishes the work and doubles nothing.
/// </summary>
internal sealed class UserLink(IRecsysStore store, LiveModels models, FoldRules rules, ArchiveMarks marks, Trending trending, TimeProvider time)
{
    /// <summary>Events of the anonymous user that can be moved.</summary>
    public const int MaxEvents = 20_000;

    /// <summary>Exposures of the anonymous user that can be moved.</summary>
    public const int MaxExposures = 100_000;

    private const int MaxAttempts = 20;

    private readonly Refold _refold = new(store, rules);

    /// <summary>Moves and deletes; returns how many events changed hands. Must run with both users' mailboxes held.</summary>
    public async ValueTask<long> RunAsync(UserKey anonymous, UserKey known, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await MoveAsync(anonymous, known, cancellationToken) is not { } moved) continue;
            var left = await StoreFailure.GuardAsync(() => store.LoadAsync([new(anonymous, [])], time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken));
            await new AccountCeilings(store).KeepAsync(anonymous, left[0].Profile, cancellationToken);
            await StoreFailure.GuardAsync(() =>
                marks.AroundAsync(anonymous, () => store.DeleteUserAsync(anonymous, cancellationToken), cancellationToken));
            return moved;
        }

        throw new EngineException(
            EngineErrorKind.Aborted,
            "USER_CONTENDED",
            $"User '{known.UserId}' was changed by others {MaxAttempts} times in a row while the events were moved.");
    }

    /// <summary>The first step; null: somebody else changed the known user meanwhile.</summary>
    private async ValueTask<long?> MoveAsync(UserKey anonymous, UserKey known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var records = await StoreFailure.GuardAsync(() => store.LoadAsync([new(anonymous, []), new(known, [])], now, cancellationToken));
        var knownLog = await StoreFailure.GuardAsync(() => _refold.ReadAsync(known, cancellationToken));
        var marker = LinkMarker.Find(knownLog, anonymous);
        if (records[0].Revision == 0) return marker?.Count ?? throw UserDirectory.NotFound(anonymous.UserId);
        var events = await ReadAsync(anonymous, LogStream.Events, marker?.ThroughEvents ?? 0, MaxEvents, cancellationToken);
        var exposures = await ReadAsync(anonymous, LogStream.Exposures, marker?.ThroughExposures ?? 0, MaxExposures, cancellationToken);
        var profile = records[1].Profile.IsEmpty ? null : UserProfileJson.Read(records[1].Profile.Span);
        var merged = ProfileLink.Merge(records[0].Profile, profile, known.UserId, now);
        if (events.Count + exposures.Count == 0 && merged is null) return marker?.Count ?? 0;
        if (profile?.Retention == ConsentChoice.Denied)
        {
            // What protects is no event: it holds all the same.
            if (merged is null) return marker?.Count ?? 0;
            var protects = new UserCommit { User = known, ExpectedRevision = records[1].Revision, Profile = merged, ReceiveTimeMs = now };
            return (await StoreFailure.GuardAsync(() => store.CommitAsync([protects], cancellationToken)))[0].Status == CommitStatus.Committed ? marker?.Count ?? 0 : null;
        }

        var knownExposures = await StoreFailure.GuardAsync(() => store.ReadUserLogAsync(
            known, LogStream.Exposures, long.MaxValue, MaxExposures, newestFirst: true, cancellationToken));
        var moved = SinceReset(Without(knownLog, events));
        var appends = moved.Select(entry => Append(LogStream.Events, entry))
            .Concat(Without(knownExposures, exposures).Select(entry => Append(LogStream.Exposures, entry)))
            .ToList();
        var next = new LinkMarker(
            events.Count > 0 ? events[^1].Sequence : marker?.ThroughEvents ?? 0,
            exposures.Count > 0 ? exposures[^1].Sequence : marker?.ThroughExposures ?? 0,
            moved.Count + (marker?.Count ?? 0));
        appends.Add(Append(next.ToEvent(anonymous, known, now), now));
        var commit = new UserCommit
        {
            User = known,
            ExpectedRevision = records[1].Revision,
            State = Fold(known, records[1], knownLog, moved, now),
            Profile = merged,
            Appends = appends,
            ReceiveTimeMs = now,
        };
        var results = await StoreFailure.GuardAsync(() => store.CommitAsync([commit], cancellationToken));
        if (results[0].Status != CommitStatus.Committed) return null;
        trending.Link(anonymous, known, moved.Select(entry => EventCodec.DecodeForFold(entry.Payload.Span).Item));
        return next.Count;
    }

    private async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(
        UserKey anonymous, LogStream stream, long after, int max, CancellationToken cancellationToken)
    {
        var entries = await StoreFailure.GuardAsync(() => store.ReadUserLogAsync(anonymous, stream, after, max + 1, newestFirst: false, cancellationToken));
        if (entries.Count <= max) return entries;
        var what = stream == LogStream.Events ? "events" : "exposures";
        throw new EngineException(
            EngineErrorKind.FailedPrecondition,
            "TOO_MANY_EVENTS",
            $"User '{anonymous.UserId}' has more than {max:N0} {what}; at most so many can be moved to another user.",
            "anonymous_user_id");
    }

    /// <summary>Leaves out what was undone, and what the known user's log has under the same event id.</summary>
    private static List<LogEntry> Without(IReadOnlyList<LogEntry> knownLog, IReadOnlyList<LogEntry> entries)
    {
        var ids = knownLog.Select(entry => entry.EventId).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        return [.. entries.Where(entry => !entry.Undone && !ids.Contains(entry.EventId))];
    }

    /// <summary>A reset is the anonymous user's own: what it made count no more isn't moved, and the known user isn't reset.</summary>
    private static List<LogEntry> SinceReset(List<LogEntry> entries)
    {
        var folds = entries.ConvertAll(entry => (Event: EventCodec.DecodeForFold(entry.Payload.Span), Entry: entry));
        if (!folds.Exists(fold => fold.Event.IsReset)) return entries;
        var last = folds.Where(fold => fold.Event.IsReset).Max(fold => (fold.Event.TimeMs, fold.Entry.Sequence));
        return [.. folds.Where(fold => !fold.Event.IsReset && (fold.Event.TimeMs, fold.Entry.Sequence).CompareTo(last) > 0).Select(fold => fold.Entry)];
    }

    private static LogAppend Append(LogStream stream, LogEntry entry)
    {
        // Progress is not tracked in the duplicate window, whoever's it is.
        var tracked = EventCodec.DecodeForFold(entry.Payload.Span).Type != WatchEventType.PlayProgress;
        return new(stream, entry.EventId, tracked ? EventIdHash.Of(entry.EventId) : 0, entry.Payload);
    }

    private static LogAppend Append(WatchEvent note, long receiveTimeMs)
    {
        var writer = new CompactWriter();
        EventCodec.Encode(writer, note, 0, -1, receiveTimeMs);
        return new(LogStream.Events, note.EventId, EventIdHash.Of(note.EventId), writer.ToArray());
    }

    private byte[] Fold(UserKey known, UserRecord record, IReadOnlyList<LogEntry> knownLog, List<LogEntry> moved, long nowMs)
    {
        SessionState? before;
        try
        {
            before = SessionStateCodec.Decode(record.State.Span);
        }
        catch (InvalidDataException)
        {
            // The log is the truth, and it's folded whole just below.
            before = null;
        }

        var added = moved.Select(entry => EventCodec.DecodeForFold(entry.Payload.Span)).Where(e => e.Moves).ToArray();
        var state = _refold.FromLog(knownLog, null, added, before);
        if (record.State.IsEmpty) state.SinceMs = nowMs;
        NetworkFollower.Follow(state, models.Of(known.Namespace), models.NextOf(known.Namespace), models.OfVariant(known));
        return SessionStateCodec.Encode(state);
    }
}
