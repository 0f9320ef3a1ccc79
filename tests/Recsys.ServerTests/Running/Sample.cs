using Google.Protobuf.WellKnownTypes;
using Recsys.V1;
using Type = Recsys.V1.EventType;

namespace Recsys.ServerTests.Running;

/// <summary>Messages to start from.</summary>
internal static class Sample
{
    private static int _number;

    /// <summary>A name that no other test uses.</summary>
    public static string Name(string prefix) => $"{prefix}-{Interlocked.Increment(ref _number)}";

    public static Event Play(string user, string item, string eventId = "") => new() { UserId = user, Type = Type.Play, ItemId = item, EventId = eventId };

    public static SequencedEvent Sequenced(ulong number, Event @event) => new() { SequenceNumber = number, Event = @event };

    public static WriteEventsRequest Write(params Event[] events)
    {
        var request = new WriteEventsRequest();
        request.Events.AddRange(events);
        return request;
    }

    public static Item Film(string id, string title = "") => new() { ItemId = id, Kind = ItemKind.Film, Title = title.Length > 0 ? title : $"Film {id}" };

    public static RecommendRequest List(string user, int pageSize = 10) => new() { UserIds = { user }, PageSize = pageSize };

    /// <summary>An item with every field set.</summary>
    public static Item FullItem(string id) => new()
    {
        ItemId = id,
        Kind = ItemKind.Episode,
        ParentId = "season-1",
        Ordinal = 3,
        Title = "The third",
        Description = "More happens.\nAnd more.",
        Localizations = { new Localization { Locale = "pt-BR", Title = "O terceiro", Description = "Mais." } },
        Genres = { "strategy", "drama" },
        Tags = { "slow" },
        Creators = { "A Studio" },
        Languages = { "en", "pt-BR" },
        Attributes =
        {
            ["engine"] = new AttributeValue { Text = "own" },
            ["score"] = new AttributeValue { Number = 4.5 },
            ["online"] = new AttributeValue { Flag = true },
            ["modes"] = new AttributeValue { Texts = new TextList { Values = { "solo", "team" } } },
        },
        Price = new Money { CurrencyCode = "EUR", AmountMicros = 4_990_000 },
        Availability =
        {
            new Availability
            {
                Countries = { "BR", "PT" },
                StartTime = new Timestamp { Seconds = 1_700_000_000 },
                EndTime = new Timestamp { Seconds = 4_000_000_000 },
            },
        },
        MaturityAge = 12,
        PublishTime = new Timestamp { Seconds = 1_600_000_000, Nanos = 123_000_000 },
        Duration = new Duration { Seconds = 2_700 },
        CoverUri = "https://covers.example/3.png",
        Hidden = true,
    };

    /// <summary>A placement with every field set.</summary>
    public static Placement FullPlacement(string id) => new()
    {
        PlacementId = id,
        TitleKey = "shelf.home",
        Sources = { new PlacementSource { Source = CandidateSource.Taste, Weight = 2.5 }, new PlacementSource { Source = CandidateSource.Fresh, Weight = 0 } },
        Filter = "kind = 'film'",
        Seen = new PlacementSeen { Policy = PlacementSeenPolicy.AfterDays, Days = 30 },
        Diversity = 0.3,
        Caps = { new PlacementCap { Attribute = "genres", MaxItems = 2, Window = 5 } },
        Pins = { new PlacementPin { ItemId = "a", Position = 3, StartTime = new Timestamp { Seconds = 1_700_000_000 }, EndTime = new Timestamp { Seconds = 1_800_000_000, Nanos = 5_000_000 } } },
        Boosts =
        {
            new PlacementBoost { Filter = "price < 5", Factor = 2 },
            new PlacementBoost { ItemIds = { "a", "b" }, Factor = 0.5, StartTime = new Timestamp { Seconds = 1_700_000_000 }, EndTime = new Timestamp { Seconds = 1_800_000_000 } },
        },
        Exploration = 0.05,
        RankingObjective = PlacementObjective.PlayedTime,
        FrequencyCap = new PlacementFrequencyCap { MaxImpressions = 3, Lists = 10, Period = new Duration { Seconds = 86_400 } },
        PageSize = 30,
    };
}
