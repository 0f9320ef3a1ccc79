using System.Runtime.CompilerServices;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Models;

/// <summary>
/// Folds the log of each user of a namespace, whole, into interactions: what models are trained on and measured by. The same fold as for states. Where there is
/// an archive, the log comes from there and from its tail in the store; the result is the same.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="rules">Of the fold.</param>
/// <param name="time">The clock.</param>
/// <param name="archived">The archive; null: there is none.</param>
internal sealed class UserHistories(IRecsysStore store, FoldRules rules, TimeProvider time, ArchivedHistories? archived = null)
{
    private const int PageSize = 10_000;
    private const int ReportEvery = 100;

    /// <summary>Reads the histories of all users, in the store's own order; those of users without interactions are empty.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="progress">Told the share of users that are through.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<UserHistory> ReadAsync(
        string ns, ScaledProgress progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var users = new List<string>();
        string? last = null;
        while (await StoreFailure.GuardAsync(() => store.ListUsersAsync(ns, last, PageSize, cancellationToken)) is { Count: > 0 } page)
        {
            users.AddRange(page);
            last = page[^1];
        }

        var from = 0;
        if (archived is not null && await archived.GatherAsync(ns, users, progress, cancellationToken) is var (events, checkpoint))
        {
            using (events)
            {
                for (var file = 0; file < events.Count; file++)
                {
                    // Asked anew for each file, so that who is deleted while this runs isn't in the rest.
                    if (await StoreFailure.GuardAsync(() => archived.MarkedAsync(ns, checkpoint, cancellationToken)) is not { } marked) break;
                    var sorted = await events.ReadAsync(file, cancellationToken);
                    var next = 0;
                    for (var end = Math.Min(users.Count, events.FirstUser(file + 1)); from < end; from++)
                    {
                        var start = next;
                        while (next < sorted.Length && sorted[next].User == from) next++;
                        yield return new(
                            users[from],
                            marked.Contains(users[from]) ? await ReadUserAsync(new(ns, users[from]), cancellationToken) : Fold(sorted, start, next));
                    }
                }
            }
        }

        for (var i = from; i < users.Count; i++)
        {
            yield return new(users[i], await ReadUserAsync(new(ns, users[i]), cancellationToken));
            if ((i + 1) % ReportEvery == 0) progress.Report("export", (i + 1.0) / users.Count, $"read the events of {i + 1:N0} of {users.Count:N0} users");
        }
    }

    /// <summary>Folds one user's log. A play that is still open is no interaction yet.</summary>
    public async ValueTask<IReadOnlyList<Interaction>> ReadUserAsync(UserKey user, CancellationToken cancellationToken)
    {
        var events = new List<(FoldEvent Event, int Order)>();
        var after = 0L;
        while (await StoreFailure.GuardAsync(() => store.ReadUserLogAsync(
            user, LogStream.Events, after, PageSize, newestFirst: false, cancellationToken)) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                if (entry.Undone) continue;
                var e = EventCodec.DecodeForFold(entry.Payload.Span);
                if (UserFold.Moves(e.Type)) events.Add((e, events.Count));
            }

            after = page[^1].Sequence;
        }

        events.Sort(static (a, b) => a.Event.TimeMs != b.Event.TimeMs ? a.Event.TimeMs.CompareTo(b.Event.TimeMs) : a.Order.CompareTo(b.Order));
        return Fold(events.Select(one => one.Event));
    }

    /// <summary>Folds events that aren't in the store, as if the user's log held just them.</summary>
    /// <param name="events">In any order; equal times stay in the order given.</param>
    /// <param name="numberOf">The number of an item.</param>
    public IReadOnlyList<Interaction> Fold(IEnumerable<WatchEvent> events, Func<string, uint> numberOf) =>
        Fold(events.Where(e => UserFold.Moves(e.Type)).OrderBy(e => e.EventTimeMs).Select(e => FoldEvent.Of(e, numberOf(e.ItemId), catalogueDurationMs: 0)));

    private IReadOnlyList<Interaction> Fold(SpilledEvent[] sorted, int start, int end) =>
        Fold(new ArraySegment<SpilledEvent>(sorted, start, end - start).Select(spilled => spilled.Event));

    private List<Interaction> Fold(IEnumerable<FoldEvent> events)
    {
        var state = new SessionState();
        var interactions = new List<Interaction>();
        foreach (var e in events) UserFold.Apply(state, e, rules, interactions);
        UserFold.CloseTimedOut(state, time.GetUtcNow().ToUnixTimeMilliseconds(), rules, interactions);
        return interactions;
    }
}
