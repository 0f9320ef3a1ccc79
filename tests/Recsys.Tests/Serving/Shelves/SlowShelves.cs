using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Placements;
using Recsys.Serving.Shelves;
using Recsys.Tests.Serving.Rules;

namespace Recsys.Tests.Serving.Shelves;

/// <summary>What docs/shelves.md says of shelves, written a second time: by looking through all deeds and all items, without a thought of speed.</summary>
internal sealed class SlowShelves
{
    private const double DayMs = 86_400_000;
    private readonly ShelfCase _case;
    private readonly HashSet<string> _taken;
    private readonly Dictionary<string, CatalogueItem> _items;
    private readonly Dictionary<string, int> _numbers;
    private readonly Dictionary<Placement, SlowRules> _rules = [];

    public SlowShelves(ShelfCase one)
    {
        _case = one;
        _taken = [.. one.Request.ExcludeItemIds];
        _items = one.Items.ToDictionary(item => item.ItemId);
        _numbers = one.Items.Select((item, number) => (item.ItemId, number)).ToDictionary(pair => pair.ItemId, pair => pair.number);
    }

    /// <summary>What a later shelf may not have.</summary>
    public void Take(IEnumerable<string> itemIds) => _taken.UnionWith(itemIds);

    public int Size(ShelfRequest shelf) => shelf.PageSize > 0 ? shelf.PageSize : PlacementOf(shelf).PageSize > 0 ? Math.Min(100, PlacementOf(shelf).PageSize) : 20;

    /// <summary>Whether an item may be on a shelf that proposes something: by all rules, seen policy included.</summary>
    public bool MayBeProposed(ShelfRequest shelf, string itemId) => !_taken.Contains(itemId) && Rules(PlacementOf(shelf)) is var rules && rules.IsEligible(itemId) && !rules.IsSeen(itemId);

    /// <summary>The items that came out lately and may be proposed, the newest first.</summary>
    public List<string> New(ShelfRequest shelf) =>
    [
        .. _case.Items.Where(item => item.PublishTimeMs <= _case.MomentMs && item.PublishTimeMs >= _case.MomentMs - (shelf.MaxAgeDays * DayMs) && MayBeProposed(shelf, item.ItemId))
            .OrderByDescending(item => item.PublishTimeMs).Select(item => item.ItemId),
    ];

    public List<string> Continue(ShelfRequest shelf) =>
        Cut(shelf, Played().Where(itemId => Underway(itemId) is not null).OrderByDescending(itemId => Underway(itemId)!.TimeMs).Where(itemId => MayBeHad(shelf, itemId)));

    public List<string> NextEpisodes(ShelfRequest shelf)
    {
        var seen = PlacementOf(shelf).Seen;
        var rules = Rules(PlacementOf(shelf) with { Seen = seen.Policy is PlacementSeenPolicy.Allow or PlacementSeenPolicy.AfterDays ? seen : new(PlacementSeenPolicy.AfterCompletion, 0) });
        var next = new List<string>();
        foreach (var series in Played().Where(itemId => SeriesOf(itemId).Length > 0 && Touched(itemId) is not null).GroupBy(SeriesOf).OrderByDescending(group => group.Max(Touched)))
        {
            var completed = series.Where(itemId => Completed(itemId) is not null).MaxBy(Completed);
            if (completed is null || After(completed) is not { } following || !MayBeHad(shelf, following) || Underway(following) is not null || IsDisliked(following)) continue;

            // An episode that runs to its end is completed, though its play is still open.
            var isLeftOut = rules.IsSeen(following) || (seen.Policy is not (PlacementSeenPolicy.Allow or PlacementSeenPolicy.AfterDays) && Completed(following) is not null);
            if (!isLeftOut) next.Add(following);
        }

        return Cut(shelf, next);
    }

    public List<string> Again(ShelfRequest shelf)
    {
        if (PlacementOf(shelf).Seen.Policy is PlacementSeenPolicy.Unspecified or PlacementSeenPolicy.Never) return [];
        var again = Played().Where(itemId =>
            !IsDisliked(itemId)
            && (Completed(itemId) is not null || (Liked(itemId) is not null && Of(itemId).Any(IsWatched)))
            && (_case.Request.ItemKinds.Count > 0 || _items[itemId].Kind is ItemKind.Game or ItemKind.Song)
            && MayBeProposed(shelf, itemId));
        return Cut(shelf, again.OrderByDescending(Worth));
    }

    /// <summary>Whether a shelf may be named after an item: the users may see it, and neither request nor placement leaves it out.</summary>
    public bool MayBeNamed(ShelfRequest shelf, string itemId) =>
        !_case.Request.ExcludeItemIds.Contains(itemId) && Passes(_case.Request.Filter?.Text ?? "", itemId) && Passes(PlacementOf(shelf).Filter, itemId) && MayBeSeenAndWasLiked(itemId);

    private bool MayBeSeenAndWasLiked(string itemId) =>
        _items[itemId] is var item && !item.Hidden && SlowRules.AgeOf(item, _items) <= (_case.Ceiling ?? 99) && SlowRules.IsAvailable(item, _case.Country, _case.MomentMs)
        && !IsDisliked(itemId) && (Completed(itemId) ?? Liked(itemId)) is not null;

    /// <summary>What shelves can be named after, the newest first.</summary>
    public List<string> Names(ShelfRequest shelf) => [.. Played().Where(itemId => MayBeNamed(shelf, itemId)).OrderByDescending(itemId => Math.Max(Completed(itemId) ?? 0, Liked(itemId) ?? 0))];

    private Placement PlacementOf(ShelfRequest shelf) => _case.Placements.GetValueOrDefault(shelf.Placement) ?? Placement.Default;

    private bool Passes(string filter, string itemId) => filter.Length == 0 || SlowFilter.Of(filter).Passes(_items[itemId], _case.MomentMs, _case.Ceiling);

    private bool MayBeHad(ShelfRequest shelf, string itemId) => !_taken.Contains(itemId) && Rules(PlacementOf(shelf)).IsEligible(itemId);

    private List<string> Cut(ShelfRequest shelf, IEnumerable<string> itemIds) => [.. itemIds.Take(Size(shelf))];

    private IEnumerable<string> Played() => _case.Deeds.Select(deed => deed.ItemId).Distinct();

    private IEnumerable<ShelfDeed> Of(string itemId) => _case.Deeds.Where(deed => deed.ItemId == itemId);

    /// <summary>A play that says something.</summary>
    private static bool IsWatched(ShelfDeed deed) => deed.IsPlay && (deed.Played >= 25 || (deed.Played < 0 && !deed.IsOpen));

    private static bool IsWhole(ShelfDeed deed) => deed.Type == WatchEventType.Rating || (IsWatched(deed) && deed.Played is < 0 or >= 225);

    private static bool IsGood(ShelfDeed deed) => deed.Type is WatchEventType.Like or WatchEventType.Share or WatchEventType.Purchase || (deed.Type == WatchEventType.Rating && deed.Played >= 175);

    private static bool IsBad(ShelfDeed deed) => deed.Type == WatchEventType.Dislike || (deed.Type == WatchEventType.Rating && deed.Played is >= 0 and < 100);

    private ShelfDeed? Underway(string itemId)
    {
        var newest = Of(itemId).LastOrDefault(IsWatched);
        return newest is null || IsWhole(newest) || Of(itemId).Any(deed => deed.TimeMs > newest.TimeMs && (IsWhole(deed) || IsBad(deed))) ? null : newest;
    }

    private bool IsDisliked(string itemId) => Of(itemId).LastOrDefault(deed => IsWatched(deed) || IsGood(deed) || IsBad(deed)) is { } last && IsBad(last);

    private long? Completed(string itemId) => Of(itemId).LastOrDefault(IsWhole)?.TimeMs;

    private long? Liked(string itemId) => Of(itemId).LastOrDefault(IsGood)?.TimeMs;

    private long? Touched(string itemId) => Of(itemId).LastOrDefault(deed => IsWatched(deed) || deed.Type == WatchEventType.Rating)?.TimeMs;

    private double Worth(string itemId) => Of(itemId).Sum(deed =>
        Math.Pow(0.5, Math.Max(0, _case.MomentMs - deed.TimeMs) / (30 * DayMs)) * (IsGood(deed) ? 1 : !IsWatched(deed) ? 0 : IsWhole(deed) ? 1 : deed.Played / 250.0));

    private string SeriesOf(string itemId)
    {
        var item = _items[itemId];
        if (item.Kind != ItemKind.Episode || item.ParentId.Length == 0) return "";
        return _items.GetValueOrDefault(item.ParentId) is { Kind: ItemKind.Season, ParentId.Length: > 0 } season ? season.ParentId : item.ParentId;
    }

    private string? After(string episodeId)
    {
        var episode = _items[episodeId];
        if (episode.Ordinal == 0) return null;
        if (Following(episode, ItemKind.Episode).FirstOrDefault() is { } next) return next.ItemId;
        if (_items.GetValueOrDefault(episode.ParentId) is not { Kind: ItemKind.Season, ParentId.Length: > 0, Ordinal: > 0 } season) return null;
        return Following(season, ItemKind.Season).SelectMany(later => Children(later.ItemId, ItemKind.Episode)).FirstOrDefault()?.ItemId;
    }

    private IEnumerable<CatalogueItem> Following(CatalogueItem item, ItemKind kind) =>
        Children(item.ParentId, kind).Where(other => (other.Ordinal, _numbers[other.ItemId]).CompareTo((item.Ordinal, _numbers[item.ItemId])) > 0);

    private IEnumerable<CatalogueItem> Children(string parentId, ItemKind kind) =>
        _case.Items.Where(item => item.ParentId == parentId && item.Kind == kind && item.Ordinal > 0).OrderBy(item => item.Ordinal).ThenBy(item => _numbers[item.ItemId]);

    private SlowRules Rules(Placement placement)
    {
        if (!_rules.TryGetValue(placement, out var rules)) _rules.Add(placement, rules = NewRules(placement));
        return rules;
    }

    private SlowRules NewRules(Placement placement) => new(new()
    {
        Placement = placement,
        Request = new() { Namespace = EngineRig.Ns, ItemKinds = _case.Request.ItemKinds, Filter = _case.Request.Filter, ExcludeItemIds = _case.Request.ExcludeItemIds },
        Items = _case.Items,
        Base = [],
        Interactions = [.. _case.Deeds.Select(deed => new PastInteraction(deed.UserId, deed.ItemId, deed.Type, deed.Played < 0 ? null : deed.Played / 250.0, deed.TimeMs))],
        Impressions = [],
        Country = _case.Country,
        Ceiling = _case.Ceiling,
        MomentMs = _case.MomentMs,
    });
}
