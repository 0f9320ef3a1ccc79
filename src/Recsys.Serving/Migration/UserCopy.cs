using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>
/// Copies one user, commit by commit: the log in its order, in chunks, and with the last of it state, profile and undone marks. Where a run was killed, the target has the first
/// entries of the source's log and no more; the copy goes on behind them.
/// </summary>
internal sealed class UserCopy(IRecsysStore source, IRecsysStore target, UserKey user, UserRecord wanted, UserRecord stored, RecentEventRules recent, long nowMs)
{
    private const int MaxEntries = 1_000;
    private const int MaxBytes = 1 << 20;

    // A commit stamps all its hashes with one time. Events received within a minute share one, the newest of theirs: an id is remembered at most so much longer.
    private const long StampToleranceMs = 60_000;

    private readonly MergedLog _log = new(source, user);
    private readonly List<long> _undone = [];
    private readonly List<int> _undoneInChunk = [];
    private long _revision = stored.Revision;
    private bool _isAligned = stored.Revision == 0;
    private bool _isLast;

    /// <summary>Whether anything had to be written.</summary>
    public bool Wrote { get; private set; }

    /// <summary>Events, exposures and undone marks in the commit that <see cref="NextAsync"/> returned.</summary>
    public (int Events, int Exposures, int Undone) Chunk { get; private set; }

    /// <summary>The next commit; null: the target has everything.</summary>
    /// <exception cref="MigrationException">The target has something of the user that the source hasn't.</exception>
    public async ValueTask<UserCommit?> NextAsync(CancellationToken cancellationToken)
    {
        if (_isLast) return null;
        if (!_isAligned) await AlignAsync(cancellationToken);
        var (appends, stampMs) = await ReadChunkAsync(cancellationToken);
        _isLast = _undoneInChunk.Count == 0 && await _log.PeekAsync(cancellationToken) is null;
        if (_isLast && _revision > 0 && appends.Count + _undone.Count == 0 && HasRecord()) return null;
        var events = appends.Count(append => append.Stream == LogStream.Events);
        Chunk = (events, appends.Count - events, _isLast ? _undone.Count : 0);
        return new()
        {
            User = user,
            ExpectedRevision = _revision,
            State = _isLast ? wanted.State : null,
            Profile = _isLast ? wanted.Profile : null,
            Appends = appends,
            UndoneSequences = _isLast ? _undone : [],
            ReceiveTimeMs = stampMs,
        };
    }

    /// <summary>Notes that the commit took place.</summary>
    public void Committed(CommitResult result)
    {
        Wrote = true;
        _revision = result.Revision;
        foreach (var index in _undoneInChunk) _undone.Add(result.FirstSequence + index);
        _undoneInChunk.Clear();
    }

    private bool HasRecord() => !Wrote && stored.State.Span.SequenceEqual(wanted.State.Span) && stored.Profile.Span.SequenceEqual(wanted.Profile.Span);

    /// <summary>Goes past what the target has.</summary>
    private async ValueTask AlignAsync(CancellationToken cancellationToken)
    {
        _isAligned = true;
        var there = new MergedLog(target, user);
        while (await there.PeekAsync(cancellationToken) is { } copy)
        {
            if (await _log.PeekAsync(cancellationToken) is not { } original || !IsCopy(original, copy))
            {
                throw new MigrationException(
                    $"The target has log entries of user '{user.UserId}' of namespace '{user.Namespace}' that the source hasn't: somebody else wrote to it. Empty it and begin again.");
            }

            if (original.Entry.Undone && !copy.Entry.Undone) _undone.Add(copy.Entry.Sequence);
            there.Take(copy);
            _log.Take(original);
        }
    }

    private static bool IsCopy(MergedEntry original, MergedEntry copy) =>
        original.Stream == copy.Stream
        && original.Entry.EventId == copy.Entry.EventId
        && (original.Entry.Undone || !copy.Entry.Undone)
        && original.Entry.Payload.Span.SequenceEqual(copy.Entry.Payload.Span);

    private async ValueTask<(List<LogAppend> Appends, long StampMs)> ReadChunkAsync(CancellationToken cancellationToken)
    {
        var appends = new List<LogAppend>();
        var (bytes, firstMs, newestMs) = (0, 0L, 0L);
        while (appends.Count < MaxEntries && bytes < MaxBytes && await _log.PeekAsync(cancellationToken) is { } next)
        {
            var (hash, receivedMs) = recent.Of(next.Entry);
            if (hash != 0)
            {
                if (firstMs == 0) firstMs = receivedMs;
                if (Math.Abs(receivedMs - firstMs) > StampToleranceMs) break;
                newestMs = Math.Max(newestMs, receivedMs);
            }

            if (next.Entry.Undone) _undoneInChunk.Add(appends.Count);
            appends.Add(new(next.Stream, next.Entry.EventId, hash, next.Entry.Payload));
            bytes += next.Entry.Payload.Length;
            _log.Take(next);
        }

        return (appends, newestMs == 0 ? nowMs : newestMs);
    }
}
