using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Filters;
using Recsys.Serving.Placements;
using Recsys.Serving.Shelves;
using Recsys.Serving.Users;
using Recsys.Tests.Serving.Rules;

namespace Recsys.Tests.Serving.Shelves;

/// <summary>An engine with a random catalogue of films, games, songs and series, random users and placements, and requests for shelves to it.</summary>
internal sealed class ShelfWorld : IAsyncDisposable
{
    private const int Users = 20;
    private const long HourMs = 3_600_000;
    private static readonly ShelfKind[] Kinds = [.. Enum.GetValues<ShelfKind>(), ShelfKind.Again];
    private static readonly PlacementSeen Allow = new(PlacementSeenPolicy.Allow, 0);

    private static readonly WatchEventType[] Types =
    [
        WatchEventType.Play, WatchEventType.Play, WatchEventType.Play, WatchEventType.Play, WatchEventType.Play, WatchEventType.Like, WatchEventType.Rating, WatchEventType.Dislike,
        WatchEventType.Purchase, WatchEventType.Skip,
    ];

    private readonly EngineRig _rig;
    private readonly Random _random;
    private readonly RandomRules _rules;
    private readonly CatalogueItem[] _items;
    private readonly Dictionary<string, Placement> _placements = [];
    private readonly Dictionary<string, UserProfile> _profiles = [];
    private readonly List<ShelfDeed> _deeds = [];
    private readonly bool _hasModel;
    private int _deedCount;

    private ShelfWorld(EngineRig rig, int seed)
    {
        _rig = rig;
        _random = new(seed);
        _rules = new(_random, rig.NowMs);
        _items = Items();
        _hasModel = seed % 2 == 0;
    }

    public static async Task<ShelfWorld> OpenAsync(int seed)
    {
        var world = new ShelfWorld(await EngineRig.OpenAsync(), seed);

        // First without places and parents, then as they are: what follows what has to follow each write.
        await world._rig.PutItemsAsync([.. world._items.Select(item => item with { ParentId = item.ParentId.Length > 0 ? world._items[0].ItemId : "", Ordinal = world._random.Next(3) })]);
        await world._rig.PutItemsAsync(world._items);
        for (var i = 0; i < 6; i++) await world.AddPlacementAsync($"p{i}");
        for (var i = 0; i < Users; i++) await world.AddUserAsync($"u{i}");
        await world.ChangeAccountAsync();
        if (world._hasModel) await world._rig.GoLiveAsync("m", [.. world._items.Take(world._items.Length * 3 / 4).Select(item => item.ItemId)]);
        return world;
    }

    /// <summary>A random request, its answer, and all that it depends on.</summary>
    public async Task<(ShelfCase Case, ShelvesAnswer Answer)> AskAsync()
    {
        if (_rules.Chance(0.02)) await ChangeAccountAsync();
        var list = _rules.Request(_items);
        var request = new ShelvesRequest
        {
            Namespace = EngineRig.Ns,
            UserIds = [.. Enumerable.Range(0, _rules.Chance(0.2) ? _random.Next(4) : 1).Select(_ => $"u{_random.Next(Users + 1)}").Distinct()],
            Shelves = [.. Enumerable.Range(0, _random.Next(1, 9)).Select(_ => Shelf())],
            ExcludeItemIds = list.ExcludeItemIds,
            ItemKinds = _rules.Chance(0.85) ? [] : _rules.One<ItemKind[]>([[ItemKind.Film, ItemKind.Episode], [ItemKind.Song], [ItemKind.Episode, ItemKind.Series]]),
            Filter = _rules.Chance(0.85) ? null : FilterParser.Parse(_rules.One(SlowFilter.All).Text),
            MaturityCeiling = list.MaturityCeiling,
            Context = list.Context,
            RequestTimeMs = list.RequestTimeMs,
            KeepEmpty = _rules.Chance(0.5),
        };
        var own = request.UserIds.Where(_profiles.ContainsKey).Select(user => _profiles[user]).ToArray();
        var allowed = request.UserIds.Where(user => _profiles.GetValueOrDefault(user)?.Personalization != ConsentChoice.Denied).ToHashSet();
        var one = new ShelfCase
        {
            Request = request,
            Items = _items,
            Placements = _placements,
            Deeds = [.. _deeds.Where(deed => allowed.Contains(deed.UserId)).OrderBy(deed => deed.TimeMs)],
            Country = request.Context?.Country is { Length: > 0 } country ? country : own.Select(profile => profile.Country).FirstOrDefault(known => known.Length > 0) ?? "",
            Ceiling = SlowRules.Ceiling(_profiles, request.UserIds, request.MaturityCeiling),
            MomentMs = request.RequestTimeMs ?? _rig.NowMs,
            HasModel = _hasModel,
        };
        return (one, await _rig.Engine.RecommendShelvesAsync(request, CancellationToken.None));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private ShelfRequest Shelf() => new(_rules.One(Kinds))
    {
        Placement = _rules.Chance(0.3) ? "" : $"p{_random.Next(7)}",
        PageSize = _rules.Chance(0.3) ? 0 : _random.Next(1, 12),
        MaxAgeDays = _random.Next(1, 200),
    };

    /// <summary>Two series in seasons and one without, in a random order, with gaps, twins and unordered ones; the rest as it comes.</summary>
    private CatalogueItem[] Items()
    {
        var items = _rules.Items();
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = items[i] with { Kind = _rules.One([ItemKind.Film, ItemKind.Game, ItemKind.Song]), ParentId = "" };
            if (i < 3) items[i] = items[i] with { Kind = ItemKind.Series };
            else if (i < 9) items[i] = items[i] with { Kind = ItemKind.Season, ParentId = items[i % 2].ItemId, Ordinal = _random.Next(4) };
            else if (_rules.Chance(0.5)) items[i] = items[i] with { Kind = ItemKind.Episode, ParentId = items[_random.Next(2, 9)].ItemId, Ordinal = _random.Next(6) };
        }

        return items;
    }

    private async Task AddPlacementAsync(string id)
    {
        _placements[id] = new()
        {
            PlacementId = id,
            TitleKey = _rules.One(["", "own." + id]),
            Filter = _rules.Chance(0.2) ? _rules.One(SlowFilter.All).Text : "",
            Seen = _rules.One<PlacementSeen>(
                [default, new(PlacementSeenPolicy.Never, 0), new(PlacementSeenPolicy.AfterCompletion, 0), new(PlacementSeenPolicy.AfterDays, _random.Next(1, 60)), Allow, Allow]),
            PageSize = _rules.Chance(0.5) ? 0 : _random.Next(1, 200),
        };
        await _rig.Engine.Placements.PutAsync(EngineRig.Ns, _placements[id], "", "", validateOnly: false, CancellationToken.None);
    }

    private async Task AddUserAsync(string userId)
    {
        if (_rules.Chance(0.6))
        {
            _profiles[userId] = new()
            {
                UserId = userId,
                AccountId = _rules.Account(),
                MaturityCeiling = _rules.One<int?>([null, null, 6, 16]),
                Country = _rules.One(["", "BR", "DE"]),
                Personalization = _rules.Chance(0.2) ? ConsentChoice.Denied : ConsentChoice.Unspecified,
            };
            await _rig.PutProfileAsync(_profiles[userId]);
        }

        // Of few items, so that much happens to one.
        var liked = _items.OrderBy(_ => _random.Next()).Take(_random.Next(4, 24)).Select(item => item.ItemId).ToArray();
        ShelfDeed[] deeds = [.. Enumerable.Range(0, _random.Next(0, 40)).Select(_ => Deed(userId, _rules.One(liked))).OrderBy(deed => deed.TimeMs)];
        ShelfDeed[] open = [.. liked.Take(_random.Next(0, 4)).Select(itemId => new ShelfDeed(userId, itemId, WatchEventType.PlayProgress, Share(), _rig.NowMs - 60_000 - (++_deedCount * 31)))];
        open = [.. open.OrderBy(deed => deed.TimeMs)];
        _deeds.AddRange([.. deeds, .. open]);
        await _rig.WriteAsync([.. deeds.Concat(open).Select(EventOf)]);
    }

    /// <summary>Gives an account another ceiling.</summary>
    private async Task ChangeAccountAsync()
    {
        var account = _rules.AccountProfile();
        _profiles[account.UserId] = account;
        await _rig.PutProfileAsync(account);
    }

    private ShelfDeed Deed(string userId, string itemId)
    {
        var type = _rules.One(Types);
        var played = type == WatchEventType.Play ? Share() : type == WatchEventType.Rating ? _random.Next(0, 251) : -1;

        // Never two at the same moment, nor just at a limit of days.
        return new(userId, itemId, type, played, _rig.NowMs - (_random.Next(1, 100) * 19 * HourMs) - (++_deedCount * 7_919L));
    }

    private int Share() => _rules.Chance(0.1) ? -1 : _rules.Chance(0.3) ? 250 : _rules.One([24, 25, 26, 224, 225, _random.Next(251), _random.Next(251)]);

    private WatchEvent EventOf(ShelfDeed deed)
    {
        var (position, duration) = deed.IsPlay && deed.Played >= 0 ? (deed.Played, 250L) : (-1L, -1L);
        var happened = _rig.Event(deed.UserId, deed.Type, deed.ItemId, deed.TimeMs, session: deed.IsOpen ? $"open {deed.TimeMs}" : "", position: position, duration: duration);
        return deed.Type == WatchEventType.Rating ? happened with { RatingShare = deed.Played / 250.0 } : happened;
    }
}
