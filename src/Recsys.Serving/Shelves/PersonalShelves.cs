using Recsys.Inference;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;

namespace Recsys.Serving.Shelves;

/// <summary>The shelves that say what users did: what is underway, the episodes that come next, what can be played again.</summary>
internal sealed class PersonalShelves(CatalogueMirror catalogue, ItemNumbers items, ListMaker lists)
{
    private readonly EpisodeOrder _episodes = new(catalogue);

    /// <summary>What is underway, the last played first.</summary>
    public IReadOnlyList<RankedItem> Continue(ShelfPlan plan)
    {
        var shelf = NewItems(plan, SeenPolicy.Allow);
        var underway = plan.Screen.History.Items.Where(static item => item.Underway is not null).OrderByDescending(static item => item.Underway!.Value.TimeMs).ThenBy(static item => item.Item);
        foreach (var item in underway)
        {
            if (shelf.IsFull) break;
            var play = item.Underway!.Value;
            var progress = new PlayedProgress(Strength.ToShare(play.Played), PositionOf(item.Item, play), play.TimeMs, play.IsOpen);
            shelf.Offer(item.Item, play.TimeMs / 1_000.0, new(default, 0) { Kind = ReasonKind.Underway, TimeMs = play.TimeMs }, progress);
        }

        return shelf.Items;
    }

    /// <summary>Of each series the episode behind the one completed last, the series touched last first.</summary>
    public IReadOnlyList<RankedItem> NextEpisodes(ShelfPlan plan)
    {
        var (screen, seen) = (plan.Screen, plan.Placement.Placement.Seen);

        // The next episode of whoever gave it up at once is still the same: what isn't shown again is what was completed.
        var untilCompleted = seen.Policy is not (PlacementSeenPolicy.Allow or PlacementSeenPolicy.AfterDays);
        var leftOut = seen.Policy == PlacementSeenPolicy.Allow ? null : new SeenItems(screen.Audience, untilCompleted ? new(PlacementSeenPolicy.AfterCompletion, 0) : seen, screen.MomentMs);
        var shelf = NewItems(plan, SeenPolicy.Allow);
        foreach (var (last, touchedMs) in Series(screen.History).OrderByDescending(static series => series.Value.TouchedMs).ThenBy(static series => series.Key).Select(static series => series.Value))
        {
            if (last is null || _episodes.After(last.Item) is not (> 0 and var next) || leftOut?.Contains(next) == true) continue;
            if (screen.History.Of(next) is { } known && (known.Underway is not null || known.IsDisliked || (untilCompleted && known.CompletedMs is not null))) continue;
            var reason = new ListReason(default, 0, shelf.MayName(last.Item) ? items.IdOf(last.Item) : "") { Kind = ReasonKind.NextEpisode, TimeMs = last.CompletedMs };
            shelf.Offer(next, touchedMs / 1_000.0, reason);
        }

        return shelf.Items;
    }

    /// <summary>What was completed, or played and liked, that the placement lets come again.</summary>
    public IReadOnlyList<RankedItem> Again(ShelfPlan plan)
    {
        if (plan.Placement.Placement.Seen.Policy is PlacementSeenPolicy.Unspecified or PlacementSeenPolicy.Never) return [];
        var shelf = NewItems(plan, SeenPolicy.Unspecified);
        foreach (var item in plan.Screen.History.Items.OrderByDescending(static item => item.Worth).ThenBy(static item => item.Item))
        {
            if (item.IsDisliked || (item.CompletedMs is null && (item.PlayCount == 0 || item.LikedMs is null))) continue;
            if (plan.List.ItemKinds.Count == 0 && catalogue.Kind(item.Item) is not (ItemKind.Game or ItemKind.Song)) continue;
            shelf.Offer(item.Item, item.Worth, new(default, 0) { Kind = ReasonKind.Again, PlayCount = item.PlayCount, TimeMs = item.TouchedMs });
        }

        return shelf.Items;
    }

    /// <summary>By series: the episode that was completed last, and when any was touched.</summary>
    private Dictionary<uint, (PlayedItem? Last, long TouchedMs)> Series(ShelfHistory history)
    {
        var series = new Dictionary<uint, (PlayedItem? Last, long TouchedMs)>();
        foreach (var item in history.Items)
        {
            if ((item.PlayCount == 0 && item.CompletedMs is null) || catalogue.Kind(item.Item) != ItemKind.Episode || _episodes.SeriesOf(item.Item) is not (> 0 and var number)) continue;
            var (last, touchedMs) = series.GetValueOrDefault(number);
            if (item.CompletedMs is { } time && !(time < last?.CompletedMs)) last = item;
            series[number] = (last, Math.Max(touchedMs, item.TouchedMs));
        }

        return series;
    }

    /// <summary>Of an ended play the ring has the share alone.</summary>
    private long? PositionOf(uint item, in PlayedPart play)
    {
        if (play.PositionMs >= 0) return play.PositionMs;
        return catalogue.DurationMs(item) is > 0 and var duration ? (long)(Strength.ToShare(play.Played) * duration) : null;
    }

    /// <summary>Nothing is ranked here, so of the users' preferences only what they refuse counts, and that needs no model.</summary>
    private ShelfItems NewItems(ShelfPlan plan, SeenPolicy seen)
    {
        var (screen, list) = (plan.Screen, plan.List with { SeenPolicy = seen });
        return new(items, catalogue, plan, lists.FilterOf(list, plan.Placement, screen.Audience, screen.NowMs, screen.Work, shown: null, model: null, screen.Excluded));
    }
}
