using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Serving.Users;

namespace Recsys.Tests.Serving.Rules;

/// <summary>What docs/placements.md says of a list, written a second time: an item and a rule at a time, without a thought of speed.</summary>
internal sealed class SlowRules
{
    private const long DayMs = 86_400_000;
    private const double DaysOfLogit = 30;

    private const int DrawnFrom = 100;

    // No request of these worlds asks for more, and no pin stands further behind.
    private const int MostPlaces = 60;

    // Worth and days that are nearer to each other than this may round to either side.
    private const double Near = 1e-5;
    private const double NearDays = 0.02;
    private const double NearShare = 1e-4;
    private readonly RulesCase _case;
    private readonly Dictionary<string, CatalogueItem> _items;
    private readonly Dictionary<string, int> _numbers;
    private readonly Dictionary<int, string> _pins;
    private bool _isTooClose;

    public SlowRules(RulesCase one)
    {
        _case = one;
        _items = one.Items.ToDictionary(item => item.ItemId);
        _numbers = one.Items.Select((item, number) => (item.ItemId, number)).ToDictionary(pair => pair.ItemId, pair => pair.number);
        _pins = one.Placement.Pins.Where(pin => pin.Period.Holds(one.MomentMs) && IsEligible(pin.ItemId)).ToDictionary(pin => pin.Position, pin => pin.ItemId);
        Ranked = [.. one.Base.Where(item => IsEligible(item.ItemId) && !IsSeen(item.ItemId) && !IsWornOut(item.ItemId)).Select(item => (item.ItemId, Boosted(item), IsRanked(item)))];
        // Behind what the model ranked come popular items, then trending ones, each by count, then what the catalogue has besides, by age.
        var groups = one.Base.ToDictionary(item => item.ItemId, GroupOf);
        Ranked =
        [
            .. Ranked.Where(item => item.IsRanked).OrderByDescending(item => item.Score).ThenBy(item => _numbers[item.ItemId]),
            .. Ranked.Where(item => groups[item.ItemId] == 1).OrderByDescending(item => item.Score),
            .. Ranked.Where(item => groups[item.ItemId] == 2).OrderByDescending(item => item.Score),
            .. Ranked.Where(item => groups[item.ItemId] == 3).OrderByDescending(item => item.Score),
        ];
        var ages = Ranked.Where(item => groups[item.ItemId] == 3).Select(item => item.Score).ToArray();
        var counted = Ranked.Where(item => groups[item.ItemId] is 1 or 2).ToArray();
        _isTooClose = ages.Zip(ages.Skip(1)).Any(pair => pair.First - pair.Second < NearDays) || counted.Zip(counted.Skip(1)).Any(pair => AreNear(pair.First, pair.Second));
    }

    /// <summary>What competes, best first; pinned items too where nothing else leaves them out.</summary>
    public List<(string ItemId, double Score, bool IsRanked)> Ranked { get; }

    /// <summary>Places of the pins that hold, and their items.</summary>
    public IReadOnlyDictionary<int, string> Pins => _pins;

    /// <summary>Whether two scores are so near that it's a matter of rounding which is the higher; known after <see cref="Pages"/>.</summary>
    public bool IsTooClose => _isTooClose || Ranked.Where(item => item.IsRanked).Zip(Ranked.Where(item => item.IsRanked).Skip(1)).Any(pair => pair.First.Score - pair.Second.Score is > 0 and < 1e-5);

    /// <summary>The first page. Where a pin lies behind the list's end there are two: its item is nowhere, or stands by its own rank.</summary>
    public List<List<string>> Pages()
    {
        var reserved = Fill(_pins);
        if (_pins.Keys.All(place => place < reserved.Count)) return [First(reserved)];
        var pins = _pins.ToDictionary();
        var list = reserved;
        while (pins.Keys.Any(place => place >= list.Count))
        {
            pins.Remove(pins.Keys.Max());
            list = Fill(pins);
        }

        return [First(reserved), First(list)];
    }

    /// <summary>
    /// With what probability each item of a list stands in its place, given those before it: a share of the places is drawn from the best that the caps allow, all alike; every other has the best.
    /// </summary>
    public List<double> Propensities(IReadOnlyList<string> list)
    {
        var propensities = new List<double>();
        Fill(_pins, list, propensities);
        return propensities;
    }

    /// <summary>Whether an item may stand at a place of a list, by the caps.</summary>
    public bool MayStand(IReadOnlyList<string> list, int place, string itemId)
    {
        foreach (var cap in _case.Placement.Caps)
        {
            var window = cap.Window > 0 ? cap.Window : _case.PageSize;
            var before = list.Take(place).Skip(Math.Max(0, place - window + 1)).ToArray();
            foreach (var value in Values(cap.Attribute, _items[itemId]))
            {
                if (1 + before.Count(other => Values(cap.Attribute, _items[other]).Contains(value)) > cap.MaxItems) return false;
            }
        }

        return true;
    }

    /// <summary>Whether catalogue, account, request and the placement's filter let an item be in the list.</summary>
    public bool IsEligible(string itemId)
    {
        if (!_items.TryGetValue(itemId, out var item) || item.Hidden || !IsAvailable(item, _case.Country, _case.MomentMs)) return false;
        if (AgeOf(item, _items) > (_case.Ceiling ?? int.MaxValue)) return false;
        var request = _case.Request;
        if (request.ItemKinds.Count == 0 ? item.Kind is ItemKind.Series or ItemKind.Season : !request.ItemKinds.Contains(item.Kind)) return false;
        if (request.ExcludeItemIds.Contains(itemId) || (request.IncludeItemIds.Count > 0 && !request.IncludeItemIds.Contains(itemId))) return false;
        return Passes(_case.Placement.Filter, item) && Passes(request.Filter?.Text ?? "", item);
    }

    /// <summary>The strictest ceiling of a request, its users and the accounts that these belong to; null: none.</summary>
    public static int? Ceiling(IReadOnlyDictionary<string, UserProfile> profiles, IReadOnlyList<string> users, int? requested)
    {
        var own = users.Where(profiles.ContainsKey).Select(user => profiles[user]).ToArray();
        var accounts = own.Where(profile => profiles.ContainsKey(profile.AccountId)).Select(profile => profiles[profile.AccountId]);
        return own.Concat(accounts).Select(profile => profile.MaturityCeiling).Append(requested).Min();
    }

    /// <summary>The age that an item is meant for: the strictest of its own and of all that contain it.</summary>
    public static int AgeOf(CatalogueItem item, IReadOnlyDictionary<string, CatalogueItem> items) =>
        Math.Max(item.MaturityAge, items.TryGetValue(item.ParentId, out var parent) ? AgeOf(parent, items) : 0);

    public static bool IsAvailable(CatalogueItem item, string country, long momentMs) =>
        item.Availability.Count == 0
        || item.Availability.Any(window => (window.Countries.Count == 0 || window.Countries.Contains(country)) && !(momentMs < window.StartMs) && !(momentMs >= window.EndMs));

    /// <summary>Left out by the seen policy.</summary>
    public bool IsSeen(string itemId)
    {
        var own = _case.Interactions.Where(interaction => interaction.ItemId == itemId).ToArray();
        var policy = _case.Request.SeenPolicy switch
        {
            SeenPolicy.Exclude => PlacementSeenPolicy.Never,
            SeenPolicy.Allow => PlacementSeenPolicy.Allow,
            _ => _case.Placement.Seen.Policy,
        };
        return policy switch
        {
            PlacementSeenPolicy.Allow => false,
            PlacementSeenPolicy.AfterDays => own.Any(interaction => _case.MomentMs - interaction.TimeMs < _case.Placement.Seen.Days * DayMs),
            PlacementSeenPolicy.AfterCompletion => own.Any(interaction => interaction.Type switch
            {
                WatchEventType.Play => interaction.Share is null or >= 0.9,
                WatchEventType.PlayProgress => interaction.Share >= 0.9,
                WatchEventType.Rating or WatchEventType.Purchase => true,
                _ => false,
            }),
            _ => own.Length > 0,
        };
    }

    /// <summary>Left out by the frequency cap: of the impressions within the newest lists and within the period there are too many.</summary>
    public bool IsWornOut(string itemId)
    {
        if (_case.Placement.FrequencyCap is not { } cap) return false;
        var lists = _case.Impressions.Select(impression => impression.ListId).Reverse().Distinct().Take(cap.Lists > 0 ? cap.Lists : int.MaxValue).ToHashSet();
        return _case.Impressions.Count(impression =>
            impression.ItemId == itemId && lists.Contains(impression.ListId) && (cap.PeriodMs == 0 || _case.MomentMs - impression.TimeMs < cap.PeriodMs)) >= cap.MaxImpressions;
    }

    private bool Passes(string filter, CatalogueItem item) => filter.Length == 0 || SlowFilter.Of(filter).Passes(item, _case.MomentMs, _case.Ceiling);

    private static bool IsRanked(RankedItem item) =>
        item.Reasons.Count > 0 && item.Reasons[0].Source is not (CandidateSource.Popular or CandidateSource.Trending);

    /// <summary>The sum of the logarithms of the boosts that hold for an item.</summary>
    private double LogFactor(string itemId) => _case.Placement.Boosts
        .Where(boost => boost.Period.Holds(_case.MomentMs) && (boost.Filter.Length > 0 ? Passes(boost.Filter, _items[itemId]) : boost.ItemIds.Contains(itemId)))
        .Sum(boost => Math.Log(boost.Factor));

    /// <summary>Whether two counts are so near that it's a matter of rounding, or of when they were put in order, which is the higher.</summary>
    private bool AreNear((string ItemId, double Score, bool) one, (string ItemId, double Score, bool) next) =>
        Math.Abs(one.Score - next.Score) <= NearShare * Math.Abs(one.Score)
        && (LogFactor(one.ItemId) != LogFactor(next.ItemId) || PlaceOf(one.ItemId) > PlaceOf(next.ItemId));

    private int PlaceOf(string itemId) => _case.Base.TakeWhile(item => item.ItemId != itemId).Count();

    private double Boosted(RankedItem item)
    {
        var logarithms = LogFactor(item.ItemId);
        return GroupOf(item) switch
        {
            0 => item.Score + logarithms,
            3 => (_items[item.ItemId].PublishTimeMs!.Value / (double)DayMs) + (DaysOfLogit * logarithms),
            _ => item.Reasons[0].Score * Math.Exp(logarithms),
        };
    }

    private static int GroupOf(RankedItem item) => IsRanked(item) ? 0 : item.Reasons.FirstOrDefault()?.Source switch
    {
        CandidateSource.Popular => 1,
        CandidateSource.Trending => 2,
        _ => 3,
    };

    /// <summary>A list by the rules; or, where one is given, the propensities of its items.</summary>
    private List<string> Fill(IReadOnlyDictionary<int, string> pins, IReadOnlyList<string>? given = null, List<double>? propensities = null)
    {
        var left = Ranked.Select(item => item.ItemId).Except(pins.Values).ToList();
        var relevance = left.Select((itemId, rank) => (itemId, Share: 1 - ((double)rank / left.Count))).ToDictionary(pair => pair.itemId, pair => pair.Share);
        var alike = left.ToDictionary(itemId => itemId, _ => 0.0);
        var list = new List<string>();
        while (list.Count < (given?.Count ?? MostPlaces))
        {
            var pin = pins.GetValueOrDefault(list.Count);
            var next = pin ?? BestOf(left, relevance, alike).Find(itemId => MayStand(list, list.Count, itemId));
            if (next is null) return list;
            if (given is not null)
            {
                var drawn = pin is null ? left.Where(itemId => MayStand(list, list.Count, itemId)).Take(DrawnFrom).ToList() : [];
                var ofChance = drawn.Contains(given[list.Count]) ? _case.Placement.Exploration / drawn.Count : 0;
                propensities!.Add(pin is not null ? 1 : ofChance + (next == given[list.Count] ? 1 - _case.Placement.Exploration : 0));
                next = given[list.Count];
            }

            left.Remove(next);
            list.Add(next);
            if (_case.Placement.Diversity == 0) continue;
            foreach (var itemId in left) alike[itemId] = Math.Max(alike[itemId], _case.Likeness(next, itemId));
        }

        return list;
    }

    /// <summary>What is left, the most relevant and least alike to the items before it first (maximal marginal relevance).</summary>
    private List<string> BestOf(List<string> left, Dictionary<string, double> relevance, Dictionary<string, double> alike)
    {
        var share = _case.Placement.Diversity;
        if (share == 0) return left;
        var best = left.Select(itemId => (itemId, Worth: ((1 - share) * relevance[itemId]) - (share * alike[itemId]))).OrderByDescending(pair => pair.Worth).ToList();
        _isTooClose |= best.Count > 1 && best[0].Worth - best[1].Worth < Near;
        return [.. best.Select(pair => pair.itemId)];
    }

    private List<string> First(List<string> list) => [.. list.Take(_case.PageSize)];

    private static IEnumerable<string> Values(string attribute, CatalogueItem item) => attribute switch
    {
        "genres" => item.Genres,
        "tags" => item.Tags,
        "creators" => item.Creators,
        "kind" => [item.Kind.ToString()],
        "parent" => item.ParentId.Length > 0 ? [item.ParentId] : [],
        _ => item.Attributes.GetValueOrDefault(attribute["attributes.".Length..]) switch
        {
            null => [],
            { Text: { } text } => [text],
            { Texts: { } texts } => texts,
            { Number: { } number } => [FormattableString.Invariant($"{number}")],
            { Flag: var flag } => [$"{flag}"],
        },
    };
}
