using Microsoft.Extensions.Logging;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Placements;
using Recsys.Storage;

namespace Recsys.Serving.Lists;

/// <summary>What users were shown so often that a frequency cap leaves it out, from the exposure log. Read only for placements that have such a cap: it's one more read of the store a user.</summary>
internal sealed class ShownItems(IRecsysStore store, ItemNumbers items, ILogger logger)
{
    /// <summary>The newest impressions that are looked at, of each user.</summary>
    private const int MaxImpressions = 2_000;

    /// <summary>The items to leave out.</summary>
    /// <param name="request">For which users and placement; impressions of other placements don't count, those that name none do.</param>
    /// <param name="cap">The cap.</param>
    /// <param name="moment">For when the list is, Unix ms.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: none, or the store is down, and then the list is made without the cap.</returns>
    public async ValueTask<HashSet<uint>?> LoadAsync(ListRequest request, PlacementFrequencyCap cap, long moment, CancellationToken cancellationToken)
    {
        try
        {
            var shown = new HashSet<uint>();
            foreach (var user in request.UserIds.Distinct(StringComparer.Ordinal))
            {
                var entries = await store.ReadUserLogAsync(new(request.Namespace, user), LogStream.Exposures, long.MaxValue, MaxImpressions, newestFirst: true, cancellationToken);
                Add(entries, request.Placement, cap, moment, shown);
            }

            return shown.Count == 0 ? null : shown;
        }
        catch (StoreUnavailableException e)
        {
            logger.StoreDownForList(e, request.Namespace);
            return null;
        }
    }

    private void Add(IReadOnlyList<LogEntry> newestFirst, string placement, PlacementFrequencyCap cap, long moment, HashSet<uint> shown)
    {
        var (counts, lists) = (new Dictionary<uint, int>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var entry in newestFirst)
        {
            if (entry.Undone || LogEntries.Whole(entry, items, logger) is not { } impression) continue;
            if (impression.Event.Placement.Length > 0 && impression.Event.Placement != placement) continue;
            if (cap.Lists > 0 && !lists.Contains(impression.Event.RecommendationId))
            {
                if (lists.Count == cap.Lists) continue;
                lists.Add(impression.Event.RecommendationId);
            }

            if (cap.PeriodMs > 0 && impression.Event.EventTimeMs <= moment - cap.PeriodMs) continue;
            var count = counts[impression.Item] = counts.GetValueOrDefault(impression.Item) + 1;
            if (count >= cap.MaxImpressions) shown.Add(impression.Item);
        }
    }
}
