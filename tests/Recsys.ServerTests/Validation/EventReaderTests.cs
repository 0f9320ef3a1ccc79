using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Validation;

public sealed class EventReaderTests
{
    private const long NowMs = 1_800_000_000_000;

    public static TheoryData<string, Action<Event>> BadEvents => new()
    {
        { "user_id", e => e.UserId = "" },
        { "user_id", e => e.UserId = new string('u', 129) },
        { "user_id", e => e.UserId = new string('ü', 65) },
        { "user_id", e => e.UserId = "a\nb" },
        { "user_id", e => e.UserId = "a\u0085b" },
        { "user_id", e => e.UserId = "a\ud800" },
        { "user_id", e => e.UserId = "\udc00a" },
        { "user_id", e => e.UserId = "a\uffff" },
        { "user_id", e => e.UserId = "a\ufffd" },
        { "item_id", e => e.ItemId = "" },
        { "event_id", e => e.EventId = new string('e', 129) },
        { "session_id", e => e.SessionId = "\t" },
        { "type", e => e.Type = V1.EventType.Unspecified },
        { "type", e => e.Type = (V1.EventType)13 },
        { "type", e => e.Type = (V1.EventType)(-1) },
        { "event_time", e => e.EventTime = new Timestamp { Seconds = (NowMs / 1_000) + 601 } },
        { "event_time", e => e.EventTime = new Timestamp { Seconds = -1 } },
        { "event_time", e => e.EventTime = new Timestamp { Seconds = 1, Nanos = 1_000_000_000 } },
        { "event_time", e => e.EventTime = new Timestamp { Seconds = long.MaxValue } },
        { "position", e => e.Position = new Duration { Seconds = -1 } },
        { "position", e => e.Position = new Duration { Seconds = (30 * 86_400) + 1 } },
        { "duration", e => e.Duration = new Duration { Nanos = -1 } },
        { "duration", e => e.Duration = new Duration { Seconds = long.MaxValue } },
        { "rating", e => e.Rating = double.NaN },
        { "rating", e => { e.Type = V1.EventType.Rating; e.Rating = 5.5; } },
        { "rating", e => { e.Type = V1.EventType.Rating; e.Rating = -0.1; } },
        { "rating_max", e => e.RatingMax = double.PositiveInfinity },
        { "rating_max", e => { e.Type = V1.EventType.Rating; e.RatingMax = 1_001; } },
        { "rating_max", e => { e.Type = V1.EventType.Rating; e.RatingMax = -1; } },
        { "price.currency_code", e => e.Price = new Money() },
        { "price.amount_micros", e => e.Price = new Money { CurrencyCode = "EUR", AmountMicros = -1 } },
        { "custom_name", e => e.Type = V1.EventType.Custom },
        { "custom_name", e => e.CustomName = new string('c', 65) },
        { "recommendation_id", e => e.RecommendationId = new string('r', 129) },
        { "list_position", e => e.ListPosition = -1 },
        { "list_position", e => e.ListPosition = 100_001 },
        { "propensity", e => Shown(e, 0) },
        { "propensity", e => Shown(e, -0.1) },
        { "propensity", e => Shown(e, 1.0000001) },
        { "propensity", e => Shown(e, double.NaN) },
        { "propensity", e => e.Propensity = 0.5 },
        { "placement", e => e.Placement = new string('p', 129) },
        { "context.device", e => e.Context = new RequestContext { Device = new string('d', 65) } },
        { "context.locale", e => e.Context = new RequestContext { Locale = "en_US" } },
        { "context.country", e => e.Context = new RequestContext { Country = "USA" } },
        { "context.utc_offset", e => e.Context = new RequestContext { UtcOffset = new Duration { Seconds = 14 * 3_600, Nanos = 1 } } },
        { "context.attributes", e => e.Context = new RequestContext { Attributes = { [""] = "v" } } },
        { "context.attributes", e => e.Context = Attributes(21) },
    };

    [Theory]
    [MemberData(nameof(BadEvents))]
    public void Bad_event_when_read_is_reported_at_its_field(string field, Action<Event> spoil)
    {
        var message = Sample.Play("u", "a");
        spoil(message);
        var violations = new FieldViolations();
        EventReader.Read(message, NowMs, violations.In("events", 3));
        Assert.Equal([$"events[3].{field}"], violations.All.Select(violation => violation.Field));
    }

    [Fact]
    public void Event_at_every_limit_when_read_is_right()
    {
        var message = new Event
        {
            EventId = new string('e', 128),
            UserId = string.Concat(Enumerable.Repeat("\U0001F600", 32)),
            Type = V1.EventType.Rating,
            ItemId = new string('i', 128),
            EventTime = new Timestamp { Seconds = (NowMs / 1_000) + 600 },
            Position = new Duration { Seconds = 30 * 86_400 },
            Duration = new Duration(),
            Rating = 1_000,
            RatingMax = 1_000,
            Price = new Money { CurrencyCode = "EUR" },
            ListPosition = 100_000,
            Context = Attributes(20),
        };
        var violations = new FieldViolations();
        EventReader.Read(message, NowMs, violations);
        Assert.Empty(violations.All);
    }

    [Fact]
    public void Event_when_mapped_in_and_out_is_the_same()
    {
        var text = Gen.String[Gen.Char.AlphaNumeric, 1, 20];
        var ms = Gen.Long[0, 30L * 86_400_000];
        Gen.Select(Gen.Select(text, text, text, text), Gen.Int[1, 12], Gen.Select(ms, ms, Gen.Long[0, NowMs]), Gen.Select(Gen.Int[0, 100], Gen.Int[1, 100]), Gen.Int[0, 1_000])
            .Sample((texts, type, times, rating, position) =>
            {
                var sent = new Event
                {
                    EventId = texts.Item1,
                    UserId = texts.Item2,
                    Type = (V1.EventType)type,
                    ItemId = texts.Item3,
                    SessionId = texts.Item4,
                    EventTime = Times.ToTimestamp(times.Item3),
                    Position = Times.ToDuration(times.Item1),
                    Duration = Times.ToDuration(times.Item2),
                    CustomName = texts.Item1,
                    ListPosition = position,
                };
                if (sent.Type == V1.EventType.Impression && position > 0) sent.Propensity = position / 1_000.0;
                if (sent.Type == V1.EventType.Rating)
                {
                    sent.RatingMax = rating.Item2;
                    sent.Rating = Math.Min(rating.Item1, rating.Item2) * 0.1 * 10;
                    sent.Rating = Math.Min(sent.Rating, sent.RatingMax);
                }

                var violations = new FieldViolations();
                var read = EventReader.Read(sent, NowMs, violations);
                Assert.Empty(violations.All);
                var back = EventMapping.Write(read);
                Assert.Equal(sent.Rating, back.Rating, 6);
                back.Rating = sent.Rating;
                Assert.Equal(sent, back);
            });
    }

    private static void Shown(Event message, double propensity)
    {
        message.Type = V1.EventType.Impression;
        message.Propensity = propensity;
    }

    private static RequestContext Attributes(int count)
    {
        var context = new RequestContext();
        for (var i = 0; i < count; i++) context.Attributes[$"k{i}"] = "v";
        return context;
    }
}
