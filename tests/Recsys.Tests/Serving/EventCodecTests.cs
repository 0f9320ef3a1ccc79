using CsCheck;
using Recsys.Serving.Bytes;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving;

public sealed class EventCodecTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Const(""), Gen.String[Gen.Char[' ', '~'], 1, 20], Gen.Const("Zoë 🎮 \u0001"));

    private static readonly Gen<RequestContext?> Contexts = Gen.OneOf(
        Gen.Const((RequestContext?)null),
        Gen.Select(Gen.Int[-50_400, 50_400], Text, Text, Text, Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 5], Text)[0, 4], (offset, device, locale, country, attributes) =>
            (RequestContext?)new RequestContext
            {
                UtcOffsetSeconds = offset % 3 == 0 ? null : offset,
                Device = device,
                Locale = locale,
                Country = country,
                Attributes = attributes,
            }));

    private static readonly Gen<WatchEvent> Events = Gen.Select(
        Gen.Select(Gen.Enum<WatchEventType>(), Text, Gen.Long[0, 4_000_000_000_000], Gen.Long[-1, 3_000_000_000], Gen.Long[-1, 3_000_000_000]),
        Gen.Select(Gen.OneOf(Gen.Const(double.NaN), Gen.Double[0, 1]), Gen.OneOf(Gen.Const(5.0), Gen.Double[0.5, 1000]), Text, Gen.Long),
        Gen.Select(Text, Text, Gen.Int[0, 100_000], Text, Contexts, Gen.Select(Gen.Bool, Gen.Double[1e-9, 1])),
        (a, b, c) => new WatchEvent
        {
            EventId = "e1",
            UserId = "u1",
            ItemId = "item",
            Type = a.Item1,
            SessionId = a.Item2,
            EventTimeMs = a.Item3,
            PositionMs = a.Item4,
            DurationMs = a.Item5,
            RatingShare = b.Item1,
            RatingMax = b.Item2,
            PriceCurrency = b.Item3,
            PriceMicros = b.Item4,
            CustomName = c.Item1,
            RecommendationId = c.Item2,
            ListPosition = c.Item3,
            Placement = c.Item4,
            Context = c.Item5,
            Propensity = c.Item6.Item1 ? c.Item6.Item2 : null,
        });

    [Fact]
    public async Task Every_field_comes_back_as_it_was()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        var items = await ItemNumbers.LoadAsync(store, CancellationToken.None);
        var number = (await items.ResolveAsync("default", ["item"], CancellationToken.None))[0];
        Gen.Select(Events, Gen.Long[0, 4_000_000_000_000], Gen.Long[-1, 1_000_000]).Sample((e, received, duration) =>
        {
            var writer = new CompactWriter();
            EventCodec.Encode(writer, e, number, duration, received);
            var logged = EventCodec.Decode(new(7, new("default", "u1"), "e1", false, writer.ToArray()), items);
            Assert.Equal(e with { Context = null }, logged.Event with { Context = null });
            AssertSame(e.Context, logged.Event.Context);
            Assert.Equal(number, logged.Item);
            Assert.Equal(received, logged.ReceiveTimeMs);
            Assert.Equal(e.DurationMs < 0 && duration > 0 ? duration : -1, logged.CatalogueDurationMs);
            Assert.Equal(FoldEvent.Of(e, number, duration), EventCodec.DecodeForFold(writer.Written));
            foreach (var placement in (string[])[e.Placement, "", "home"])
            {
                var listed = new ListedEvent(FoldEvent.Of(e, number, duration), EventIdHash.Of(e.RecommendationId), e.ListPosition, e.Placement == placement);
                Assert.Equal(listed, EventCodec.DecodeListed(writer.Written, System.Text.Encoding.UTF8.GetBytes(placement)));
            }
        });
    }

    [Fact]
    public async Task Event_of_a_version_that_kept_no_propensity_when_read_is_what_it_was()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        var items = await ItemNumbers.LoadAsync(store, CancellationToken.None);
        var number = (await items.ResolveAsync("default", ["item"], CancellationToken.None))[0];
        var shown = new WatchEvent
        {
            EventId = "e1",
            UserId = "u1",
            ItemId = "item",
            Type = WatchEventType.Impression,
            EventTimeMs = 1_700_000_000_000,
            RecommendationId = "list",
            ListPosition = 7,
            Placement = "home",
            Context = new() { Country = "BR", Attributes = new Dictionary<string, string> { ["k"] = "v" } },
        };

        // As it was written before there was one.
        var old = Convert.FromHexString("010B809E060180A0ABFEF96200046C6973740E04686F6D6502425201016B0176");
        var logged = EventCodec.Decode(new(7, new("default", "u1"), "e1", false, old), items);
        Assert.Equal((shown with { Context = null }, null), (logged.Event with { Context = null }, logged.Event.Propensity));
        AssertSame(shown.Context, logged.Event.Context);

        // Without one it's written like that still; with one the value follows.
        var writer = new CompactWriter();
        EventCodec.Encode(writer, shown, number, -1, shown.EventTimeMs);
        Assert.Equal(Convert.ToHexString(old), Convert.ToHexString(writer.Written));
        EventCodec.Encode(writer, shown with { Propensity = 0.25 }, number, -1, shown.EventTimeMs);
        Assert.Equal(old.Length + 8, writer.Length);
        Assert.Equal("BR", EventCodec.DecodeCountry(writer.Written));
    }

    [Fact]
    public async Task Damaged_payloads_are_an_error_of_their_own_and_nothing_else()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        var items = await ItemNumbers.LoadAsync(store, CancellationToken.None);
        var number = (await items.ResolveAsync("default", ["item"], CancellationToken.None))[0];
        Gen.Select(Events, Gen.Int[0, 10_000], Gen.Byte, Gen.Bool).Sample((e, at, value, cut) =>
        {
            var writer = new CompactWriter();
            EventCodec.Encode(writer, e, number, -1, e.EventTimeMs);
            var bytes = writer.ToArray();
            at %= bytes.Length;
            if (cut) bytes = bytes[..at];
            else bytes[at] = value;
            Check(() => EventCodec.DecodeForFold(bytes));
            Check(() => EventCodec.DecodeListed(bytes, "home"u8));
            Check(() => EventCodec.Decode(new(7, new("default", "u1"), "e1", false, bytes), items));
        }, iter: 5_000);

        static void Check(Action read)
        {
            var error = Record.Exception(read);
            Assert.True(error is null or InvalidDataException, error?.ToString());
        }
    }

    [Fact]
    public void Hashes_are_as_they_were_when_first_stored()
    {
        Assert.Equal(0UL, EventIdHash.Of(""));
        Assert.Equal(0x50295bda7c69a087UL, EventIdHash.Of("e1"));
        Assert.Equal(0x3f8a1b8741a8d7b9UL, EventIdHash.Of("Zoë"));
        Assert.Equal(EventIdHash.Of(new string('x', 400)), EventIdHash.Of(System.Text.Encoding.UTF8.GetBytes(new string('x', 400))));
    }

    private static void AssertSame(RequestContext? wanted, RequestContext? got)
    {
        if (wanted is null || got is null)
        {
            Assert.Equal(wanted, got);
            return;
        }

        Assert.Equal(wanted with { Attributes = Empty }, got with { Attributes = Empty });
        Assert.Equal(wanted.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal), got.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private static readonly Dictionary<string, string> Empty = [];
}
