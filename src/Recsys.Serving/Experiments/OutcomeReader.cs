using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Experiments;

/// <summary>
/// Reads from the log what users were shown in a placement and what they played of it: user by user, so that in memory there is one user's part of it at a time. The store's log has every event,
/// also where there is an archive.
/// </summary>
internal sealed class OutcomeReader(IRecsysStore store, FoldRules rules, ILogger logger)
{
    private const int UserPageSize = 1_000;
    private const int PageSize = 5_000;

    /// <summary>Where to say that an entry can't be read.</summary>
    public ILogger Logger => logger;

    /// <summary>All users of a namespace.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async IAsyncEnumerable<UserKey> UsersAsync(string ns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        while (await StoreFailure.GuardAsync(() => store.ListUsersAsync(ns, last, UserPageSize, cancellationToken)) is { Count: > 0 } page)
        {
            foreach (var userId in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new(ns, userId);
            }

            last = page[^1];
        }
    }

    /// <summary>The impressions of a placement that name a list, within a time, in the order of their commits. The same item may be shown in the same list twice.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async IAsyncEnumerable<(LogEntry Entry, ListedEvent Listed)> ShownAsync(
        UserKey user, string placement, LogWindow window, OutcomeCount count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (entry, listed) in ReadAsync(user, LogStream.Exposures, placement, window, count, cancellationToken))
        {
            if (!listed.IsOfPlacement || listed.Event.Type != WatchEventType.Impression) continue;
            if (listed.List == 0) count.Unattributed++;
            else yield return (entry, listed);
        }
    }

    /// <summary>What a user played from lists, within a time.</summary>
    /// <param name="user">Who.</param>
    /// <param name="placement">Plays that name it count, whatever list they name.</param>
    /// <param name="exposed">Hashes of the lists of which the user was shown something: plays that name one of them count.</param>
    /// <param name="window">When.</param>
    /// <param name="count">Counts what is read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<AttributedPlays> PlayedAsync(
        UserKey user, string placement, IReadOnlySet<ulong> exposed, LogWindow window, OutcomeCount count, CancellationToken cancellationToken)
    {
        var plays = new List<ListedEvent>();
        await foreach (var (_, listed) in ReadAsync(user, LogStream.Events, placement, window, count, cancellationToken))
        {
            if (AttributedPlays.IsOfPlay(listed.Event.Type)) plays.Add(listed);
        }

        var attributed = new AttributedPlays(rules, exposed);

        // Stable: events of the same time stay in the order of their commits.
        foreach (var play in plays.OrderBy(play => play.Event.TimeMs)) attributed.Add(play);
        attributed.CloseAll();
        return attributed;
    }

    private async IAsyncEnumerable<(LogEntry Entry, ListedEvent Listed)> ReadAsync(
        UserKey user, LogStream stream, string placement, LogWindow window, OutcomeCount count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetBytes(placement);
        var after = 0L;
        while (await StoreFailure.GuardAsync(() => store.ReadUserLogAsync(user, stream, after, PageSize, newestFirst: false, cancellationToken)) is { Count: > 0 } page)
        {
            count.Entries += page.Count;
            foreach (var entry in page)
            {
                if (!entry.Undone && LogEntries.Listed(entry, name, logger) is { } listed && window.Holds(listed.Event.TimeMs)) yield return (entry, listed);
            }

            after = page[^1].Sequence;
            if (page.Count < PageSize) break;
        }
    }
}
