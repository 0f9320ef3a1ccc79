using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>What a store has of a user, as hashed and counted.</summary>
/// <param name="Hash">Over everything that must be the same in both stores: id, state, profile, and the log with its order, ids, marks and payloads. Not sequences and revisions.</param>
/// <param name="Events">Events.</param>
/// <param name="Exposures">Exposures.</param>
/// <param name="Undone">Events marked as undone.</param>
/// <param name="Recent">Hashes that belong to the duplicate window by the log.</param>
internal sealed record UserContent(byte[] Hash, long Events, long Exposures, long Undone, IReadOnlyList<ulong> Recent)
{
    private const int WindowLength = 1_000;

    /// <summary>Reads it.</summary>
    public static async Task<UserContent> ReadAsync(IRecsysStore store, UserKey user, UserRecord record, RecentEventRules rules, CancellationToken cancellationToken)
    {
        using var hash = new ContentHash();
        hash.Add(user.Namespace).Add(user.UserId).Add(record.State.Span).Add(record.Profile.Span);
        var (events, exposures, undone) = (0L, 0L, 0L);
        var recent = new Queue<ulong>();
        var log = new MergedLog(store, user);
        while (await log.PeekAsync(cancellationToken) is { } next)
        {
            log.Take(next);
            hash.Add((long)next.Stream).Add(next.Entry.Undone ? 1 : 0).Add(next.Entry.EventId).Add(next.Entry.Payload.Span);
            if (next.Stream == LogStream.Events) events++;
            else exposures++;
            if (next.Entry.Undone) undone++;
            if (rules.Of(next.Entry).Hash is var id && id == 0) continue;
            recent.Enqueue(id);
            if (recent.Count > WindowLength) recent.Dequeue();
        }

        return new(hash.Finish(), events, exposures, undone, [.. recent.Distinct()]);
    }
}
