using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Serving.Users;

namespace Recsys.Tests.Serving.Rules;

/// <summary>Random catalogues, histories and placements.</summary>
/// <param name="random">Chance.</param>
/// <param name="nowMs">The rig's moment, Unix ms.</param>
internal sealed class RandomRules(Random random, long nowMs)
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    // Primes of ms, so that nothing happens just at a limit.
    private const long OddMs = 7_919;

    private static readonly string[] CapAttributes = ["genres", "tags", "creators", "kind", "parent", "attributes.studio", "attributes.year", "attributes.online"];

    private static readonly WatchEventType[] Kinds =
        [WatchEventType.Play, WatchEventType.Play, WatchEventType.Play, WatchEventType.Like, WatchEventType.Rating, WatchEventType.Purchase, WatchEventType.Dislike, WatchEventType.Share];

    public CatalogueItem[] Items() => [.. Enumerable.Range(0, random.Next(30, 121)).Select(Item)];

    public IEnumerable<PastInteraction> Interactions(string userId, CatalogueItem[] items)
    {
        var count = Chance(0.2) ? 0 : random.Next(1, 15);
        for (var i = count; i > 0; i--)
        {
            var kind = One(Kinds);
            double? share = kind == WatchEventType.Play && !Chance(0.15) ? random.Next(0, 251) / 250.0 : null;
            yield return new(userId, One(items).ItemId, kind, share, nowMs - (i * 4 * DayMs) + (i * OddMs));
        }

        for (var open = Chance(0.6) ? 0 : random.Next(1, 4); open > 0; open--)
            yield return new(userId, One(items).ItemId, WatchEventType.PlayProgress, Chance(0.3) ? null : random.Next(0, 251) / 250.0, nowMs - (open * OddMs));
    }

    public IEnumerable<PastImpression> Impressions(string userId, CatalogueItem[] items)
    {
        for (var list = random.Next(0, 12); list > 0; list--)
        {
            // From a few items, so that some come again and again.
            var shown = items.Take(12).Concat(items.TakeLast(3)).OrderBy(_ => random.Next()).Take(random.Next(1, 8));
            var listId = Convert.ToHexString([.. Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256))]);
            foreach (var item in shown) yield return new(userId, item.ItemId, listId, nowMs - (list * 7 * HourMs) + OddMs);
        }
    }

    public Placement Placement(string id, CatalogueItem[] items) => new()
    {
        PlacementId = id,
        Sources = Sources(),
        Filter = Chance(0.4) ? One(SlowFilter.All).Text : "",
        Seen = random.Next(5) is var policy && policy == (int)PlacementSeenPolicy.AfterDays ? new(PlacementSeenPolicy.AfterDays, random.Next(1, 60)) : new((PlacementSeenPolicy)policy, 0),
        Diversity = Chance(0.15) ? random.NextDouble() : 0,
        Exploration = Chance(0.3) ? random.NextDouble() / 2 : 0,
        Caps = Chance(0.6) ? [.. CapAttributes.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(Cap)] : [],
        Pins = Chance(0.5) ? Pins(items) : [],
        Boosts = Chance(0.5) ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Boost(items))] : [],
        FrequencyCap = Chance(0.4) ? Frequency() : null,
        PageSize = Chance(0.5) ? 0 : random.Next(1, 61),
    };

    public ListRequest Request(CatalogueItem[] items) => new()
    {
        Namespace = EngineRig.Ns,
        PageSize = Chance(0.4) ? 0 : random.Next(1, 61),
        SeenPolicy = (SeenPolicy)(Chance(0.7) ? 0 : random.Next(1, 3)),
        Context = Chance(0.5) ? null : new() { Country = One(["", "BR", "DE"]) },
        MaturityCeiling = Chance(0.7) ? null : One([6, 12, 18]),
        IncludeItemIds = Chance(0.9) ? [] : Some(items, items.Length / 2),
        ExcludeItemIds = Chance(0.8) ? [] : Some(items, 5),
        ItemKinds = Chance(0.85) ? [] : One<ItemKind[]>([[ItemKind.Film], [ItemKind.Film, ItemKind.Game, ItemKind.Series]]),
        Filter = Chance(0.8) ? null : Recsys.Serving.Filters.FilterParser.Parse(One(SlowFilter.All).Text),
        RequestTimeMs = Chance(0.5) ? null : nowMs + (random.Next(0, 40) * HourMs),
    };

    /// <summary>Some account: none, one of two, another user, or one that nobody knows.</summary>
    public string Account() => One(["", "", "a0", "a1", "u0", "unknown"]);

    /// <summary>One of the two accounts with a ceiling of some kind.</summary>
    public UserProfile AccountProfile() => new() { UserId = One(["a0", "a1"]), MaturityCeiling = One<int?>([null, 0, 6, 12, 16]) };

    public bool Chance(double share) => random.NextDouble() < share;

    public T One<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

    private CatalogueItem Item(int number) => new()
    {
        ItemId = $"i{number:d3}",
        Kind = One([ItemKind.Film, ItemKind.Film, ItemKind.Game, ItemKind.Video, ItemKind.Series, ItemKind.Other]),
        ParentId = Chance(0.3) ? One(["p1", "p2", "p3"]) : "",
        Genres = Texts("drama", "war", "comedy", "crime"),
        Tags = Texts("gore", "new", "xmas"),
        Creators = Texts("ada", "bob", "eve", "kim"),
        Attributes = Attributes(),
        PriceCurrency = Chance(0.5) ? "EUR" : "",
        PriceMicros = random.Next(0, 10) * 1_000_000L,
        MaturityAge = One([0, 0, 6, 12, 16, 18]),
        Hidden = Chance(0.08),
        PublishTimeMs = nowMs - (number * 3 * DayMs),
        Availability = Chance(0.7) ? [] : [new(Chance(0.3) ? [] : ["BR"], Chance(0.3) ? nowMs + (20 * HourMs) + OddMs : null, Chance(0.3) ? nowMs + (30 * HourMs) + OddMs : null)],
    };

    private Dictionary<string, ItemAttribute> Attributes()
    {
        var attributes = new Dictionary<string, ItemAttribute>();
        if (Chance(0.6)) attributes["studio"] = Chance(0.5) ? new() { Text = One(["a", "b", "c"]) } : new() { Texts = Texts("a", "b", "c") };
        if (Chance(0.6)) attributes["year"] = new() { Number = random.Next(1998, 2004) };
        if (Chance(0.5)) attributes["online"] = new() { Flag = Chance(0.5) };
        return attributes;
    }

    private string[] Texts(params string[] all) => [.. all.Where(_ => Chance(0.35))];

    /// <summary>
    /// Always one on that ranks: what only trending counts and popularity put in order isn't boosted. Above 1 is the session source alone: of others places among what passes the filters count, too.
    /// </summary>
    private PlacementSource[] Sources()
    {
        if (Chance(0.3)) return [];
        PlacementSource[] sources =
        [
            .. Enum.GetValues<CandidateSource>().Where(_ => Chance(0.6))
                .Select(source => new PlacementSource(source, random.Next(3) is var weight && source != CandidateSource.Session ? Math.Min(1, weight) : weight)),
        ];
        CandidateSource[] ranking = [CandidateSource.Session, CandidateSource.Taste, CandidateSource.Similar];
        var off = sources.Where(source => source.Weight == 0).Select(source => source.Source);
        return ranking.Except(off).Any() ? sources : [.. sources.Where(source => source.Source != CandidateSource.Session)];
    }

    private PlacementCap Cap(string attribute) => new(attribute, random.Next(1, 5), Chance(0.3) ? 0 : random.Next(1, 25));

    private PlacementPin[] Pins(CatalogueItem[] items)
    {
        var pinned = items.Select(item => item.ItemId).Append("nowhere").OrderBy(_ => random.Next()).Take(random.Next(1, 6));
        var places = Enumerable.Range(0, 30).OrderBy(_ => random.Next()).ToArray();
        return [.. pinned.Select((itemId, i) => new PlacementPin(itemId, places[i], Period()))];
    }

    private PlacementBoost Boost(CatalogueItem[] items)
    {
        var factor = One([0.1, 0.5, 0.9, 1.1, 2, 5, 50]);
        return Chance(0.5) ? new(One(SlowFilter.All).Text, [], factor, Period()) : new("", Some(items, random.Next(1, 12)), factor, Period());
    }

    private PlacementFrequencyCap Frequency()
    {
        var (lists, period) = (random.Next(1, 12), random.Next(1, 80) * HourMs);
        return random.Next(3) switch
        {
            0 => new(random.Next(1, 4), lists, 0),
            1 => new(random.Next(1, 4), 0, period),
            _ => new(random.Next(1, 4), lists, period),
        };
    }

    private PlacementPeriod Period() => random.Next(5) switch
    {
        0 => new(nowMs + (100 * DayMs), null),
        1 => new(null, nowMs - DayMs),
        2 => new(nowMs - DayMs, nowMs + (100 * DayMs)),
        _ => default,
    };

    private string[] Some(CatalogueItem[] items, int count) => [.. items.Select(item => item.ItemId).OrderBy(_ => random.Next()).Take(count)];
}
