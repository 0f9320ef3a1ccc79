using Microsoft.Extensions.Logging;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Placements;
using Recsys.Storage;

namespace Recsys.Serving.Lists;

/// <summary>What users were shown so often that a frequency cap leaves it out, from the exposure log. Read only for placements that have such a cap: it's one more read of the store a user.</summary>
internal sealed class ShownItems(IRecsysStore store, ItemNumbers items, ILogger logger)
{
    /// <summary>The newest impressions that are looked at, of each user and in all placements; docs/placements.md states it.</summary>
    public const int MaxImpressions = 20_000;

    private const int PageSize = 2_000;

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
            foreach (var user in request.UserIds.Distinct(StringComparer.Ordinal)) await AddAsync(new(request.Namespace, user), request.Placement, cap, moment, shown, cancellationToken);
            return shown.Count == 0 ? null : shown;
        }
        catch (StoreUnavailableException e)
        {
            logger.StoreDownForList(e, request.Namespace);
            return null;
        }
    }

    /// <summary>Reads on, page by page, until the cap's lists or its period are behind.</summary>
    private async ValueTask AddAsync(UserKey user, string placement, PlacementFrequencyCap cap, long moment, HashSet<uint> shown, CancellationToken cancellationToken)
    {
        var count = new ImpressionCount(placement, cap, moment, shown);
        var boundary = long.MaxValue;
        for (var read = 0; read < MaxImpressions; read += PageSize)
        {
            var page = await store.ReadUserLogAsync(user, LogStream.Exposures, boundary, PageSize, newestFirst: true, cancellationToken);

            // Impressions that came late lie among later ones, so a whole page must have nothing that may count.
            var mayCount = false;
            foreach (var entry in page)
            {
                boundary = entry.Sequence;
                if (entry.Undone || LogEntries.Whole(entry, items, logger) is not { } impression) mayCount = true;
                else mayCount |= count.Add(impression);
            }

            if (page.Count < PageSize || !mayCount) return;
        }
    }
}
