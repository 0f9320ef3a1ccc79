using Recsys.Inference.Taste;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Serving.Users;

namespace Recsys.Tests.Serving.Rules;

/// <summary>An engine with a random catalogue, random users and random placements, and requests to it.</summary>
internal sealed class RulesWorld : IAsyncDisposable
{
    private const int Users = 24;
    private const int Placements = 12;
    private static readonly ItemKind[] AnyKind = [.. Enum.GetValues<ItemKind>().Where(kind => kind != ItemKind.Unspecified)];
    private readonly EngineRig _rig;
    private readonly Random _random;
    private readonly RandomRules _rules;
    private readonly CatalogueItem[] _items;
    private readonly List<Placement> _placements = [];
    private readonly Dictionary<string, UserProfile> _profiles = [];
    private readonly List<PastInteraction> _interactions = [];
    private readonly List<PastImpression> _impressions = [];
    private readonly Dictionary<(string, string), double> _likeness = [];
    private string[] _known = [];

    private RulesWorld(EngineRig rig, int seed)
    {
        _rig = rig;
        _random = new(seed);
        _rules = new(_random, rig.NowMs);
        _items = _rules.Items();
    }

    public static async Task<RulesWorld> OpenAsync(int seed)
    {
        var world = new RulesWorld(await EngineRig.OpenAsync(), seed);
        await world._rig.PutItemsAsync(world._items);
        for (var i = 0; i < Placements; i++) await world.AddPlacementAsync($"p{i}");
        for (var i = 0; i < Users; i++) await world.AddUserAsync($"u{i}", $"p{i % Placements}");
        await world.ChangeAccountAsync();
        if (seed % 4 != 0) await world.GoLiveAsync(withTaste: seed % 2 == 0);
        return world;
    }

    /// <summary>A random request, its list, and all that it depends on.</summary>
    public async Task<(RulesCase Case, RankedList List)> AskAsync()
    {
        if (_rules.Chance(0.02)) await ChangeAccountAsync();
        var place = _random.Next(Placements);
        var placement = _placements[place];
        var request = _rules.Request(_items) with { Placement = placement.PlacementId, UserIds = UsersOf(place, placement) };
        var own = request.UserIds.Where(_profiles.ContainsKey).Select(user => _profiles[user]).ToArray();
        var whole = request with
        {
            Placement = "base-" + placement.PlacementId,
            PageSize = 500,
            SeenPolicy = SeenPolicy.Allow,
            ItemKinds = AnyKind,
            Filter = null,
            IncludeItemIds = [],
            ExcludeItemIds = [],
        };
        var one = new RulesCase
        {
            Placement = placement,
            Request = request,
            Items = _items,
            Base = (await _rig.ListAsync(whole)).Items,
            Interactions = [.. _interactions.Where(interaction => request.UserIds.Contains(interaction.UserId))],
            Impressions = [.. _impressions.Where(impression => request.UserIds.Contains(impression.UserId))],
            Country = request.Context?.Country is { Length: > 0 } country ? country : own.Select(profile => profile.Country).FirstOrDefault(known => known.Length > 0) ?? "",
            Ceiling = SlowRules.Ceiling(_profiles, request.UserIds, request.MaturityCeiling),
            MomentMs = request.RequestTimeMs ?? _rig.NowMs,
            Likeness = LikenessOf,
        };
        return (one, await _rig.ListAsync(request));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    /// <summary>Users of this placement alone, so that what they were shown was shown in it; several only where no frequency cap asks what that means for several.</summary>
    private string[] UsersOf(int place, Placement placement)
    {
        var users = new[] { $"u{place}", $"u{place + Placements}" };
        if (_rules.Chance(0.1)) return _rules.Chance(0.5) ? [] : ["nobody"];
        return placement.FrequencyCap is null && _rules.Chance(0.2) ? users : [_rules.One(users)];
    }

    private async Task AddPlacementAsync(string id)
    {
        var placement = _rules.Placement(id, _items);
        _placements.Add(placement);
        await PutAsync(placement);
        await PutAsync(new() { PlacementId = "base-" + id, Sources = placement.Sources, Seen = new(PlacementSeenPolicy.Allow, 0) });
    }

    private async Task PutAsync(Placement placement)
    {
        Assert.Empty(_rig.Engine.Placements.Check(placement));
        await _rig.Engine.Placements.PutAsync(EngineRig.Ns, placement, "", "", validateOnly: false, CancellationToken.None);
    }

    private async Task AddUserAsync(string userId, string placementId)
    {
        if (_rules.Chance(0.6))
        {
            _profiles[userId] = new() { UserId = userId, AccountId = _rules.Account(), MaturityCeiling = _rules.One<int?>([null, 6, 12, 16]), Country = _rules.One(["", "BR", "DE"]) };
            await _rig.PutProfileAsync(_profiles[userId]);
        }

        PastInteraction[] interactions = [.. _rules.Interactions(userId, _items)];
        PastImpression[] impressions = [.. _rules.Impressions(userId, _items)];
        _interactions.AddRange(interactions);
        _impressions.AddRange(impressions);
        await _rig.WriteAsync([.. interactions.Select(EventOf)]);
        await _rig.WriteAsync([.. impressions.Select(one =>
            _rig.Event(userId, WatchEventType.Impression, one.ItemId, one.TimeMs) with { RecommendationId = one.ListId, Placement = placementId })]);
    }

    /// <summary>Of two items that the model knows by the cosine of its vectors, else by the share of genres and tags in common.</summary>
    private double LikenessOf(string one, string other)
    {
        if (_likeness.TryGetValue((one, other), out var known)) return known;
        var (i, j) = (Array.IndexOf(_known, one), Array.IndexOf(_known, other));
        if (i >= 0 && j >= 0) return _likeness[(one, other)] = Math.Max(0, _rig.Engine.LiveModels.Of(EngineRig.Ns)!.Network.CosineSimilarity(i, j));
        var (a, b) = (LabelsOf(one), LabelsOf(other));
        return _likeness[(one, other)] = a.Intersect(b).Any() ? a.Intersect(b).Count() / (double)a.Union(b).Count() : 0;

        string[] LabelsOf(string itemId) => _items.Single(item => item.ItemId == itemId) is var item ? [.. item.Genres.Concat(item.Tags).Distinct()] : [];
    }

    /// <summary>Gives an account another ceiling.</summary>
    private async Task ChangeAccountAsync()
    {
        var account = _rules.AccountProfile();
        _profiles[account.UserId] = account;
        await _rig.PutProfileAsync(account);
    }

    private WatchEvent EventOf(PastInteraction one)
    {
        var (position, duration) = one.Share is { } share ? ((long)Math.Round(share * 250), 250) : (-1L, -1L);
        var session = one.Type == WatchEventType.PlayProgress ? $"open {one.TimeMs}" : "";
        var happened = _rig.Event(one.UserId, one.Type, one.ItemId, one.TimeMs, session: session, position: position, duration: duration);
        return one.Type == WatchEventType.Rating ? happened with { RatingShare = 0.8 } : happened;
    }

    /// <summary>A model that knows three quarters of the catalogue, fewer than a source proposes: a filter changes no scores.</summary>
    private async Task GoLiveAsync(bool withTaste)
    {
        _known = [.. _items.Take(_items.Length * 3 / 4).Select(item => item.ItemId)];
        var vectors = new float[_known.Length * 6];
        foreach (ref var value in vectors.AsSpan()) value = _random.NextSingle() - 0.5f;
        var options = new TasteOptions { Dimensions = 6, UnobservedWeight = 0.1f, StrengthWeight = 2 };
        await _rig.GoLiveAsync("m", _known, extras: withTaste ? new(new(new(vectors, 6), options)) : null);
    }
}
