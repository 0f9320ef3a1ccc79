using Microsoft.Extensions.Logging;
using Recsys.Inference;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Models;

/// <summary>
/// Reads what users were shown, for rankers to learn from: of each user the newest part of the exposure log, in lists. Impressions that name no list say nothing of what stood beside them, and
/// are left out.
/// </summary>
internal sealed class ShownHistories(IRecsysStore store, ILogger logger)
{
    /// <summary>The newest impressions that are looked at, of each user.</summary>
    private const int MaxImpressions = 500;

    /// <summary>Rankers learn from the newest few targets of a user: what was shown long before them is of no use.</summary>
    private const int Targets = 6;

    /// <summary>What was shown to a user up to the newest of these interactions, oldest first.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="interactions">In canonical order; what came after them isn't to be known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<IReadOnlyList<TrainingExposure>> ReadAsync(UserKey user, IReadOnlyList<Interaction> interactions, CancellationToken cancellationToken)
    {
        var (from, to) = (FromOf(interactions), interactions[^1].TimeMs);
        var entries = await StoreFailure.GuardAsync(
            () => store.ReadUserLogAsync(user, LogStream.Exposures, long.MaxValue, MaxImpressions, newestFirst: true, cancellationToken));
        var numbers = new Dictionary<ulong, int>();
        var shown = new List<TrainingExposure>();
        foreach (var entry in entries)
        {
            if (entry.Undone || LogEntries.Listed(entry, default, logger) is not { List: not 0, Event: { Type: WatchEventType.Impression } e } listed) continue;
            if (e.TimeMs < from || e.TimeMs > to) continue;
            if (!numbers.TryGetValue(listed.List, out var number)) numbers.Add(listed.List, number = numbers.Count);
            shown.Add(new(e.Item, number, Math.Max(0, listed.Position), e.TimeMs));
        }

        // Stable, from the newest: equal times stay in the order of the log once it's turned.
        shown.Reverse();
        return [.. shown.OrderBy(one => one.TimeMs)];
    }

    private static long FromOf(IReadOnlyList<Interaction> interactions)
    {
        var left = Targets;
        for (var i = interactions.Count - 1; i >= 0; i--)
        {
            if (Strength.IsTarget(interactions[i].Kind, interactions[i].Strength) && --left == 0) return interactions[i].TimeMs - TrainingExposure.AttributionMs;
        }

        return long.MinValue;
    }
}
