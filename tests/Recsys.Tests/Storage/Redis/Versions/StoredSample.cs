using Recsys.Inference;
using Recsys.Serving.Bytes;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Tests.Storage.Redis.Versions;

/// <summary>A store with a value of each kind, the same bytes each time that it's made.</summary>
internal static class StoredSample
{
    /// <summary>When everything was received, Unix ms.</summary>
    public const long Time = 1_790_000_000_000;

    public const int Partitions = 3;

    public static readonly UserKey Ann = new("default", "ann");
    public static readonly UserKey Bob = new("films", "bob é");

    private static readonly UserKey Gone = new("default", "gone");

    public static readonly byte[] Profile = [.. "{\"display\":\"Ann\"}"u8];

    /// <summary>Item a, with everything that an event can have.</summary>
    public static readonly WatchEvent Play = new()
    {
        EventId = "e1",
        UserId = Ann.UserId,
        ItemId = "a",
        Type = WatchEventType.Play,
        SessionId = "evening",
        EventTimeMs = Time - 5_000,
        PositionMs = 60_000,
        DurationMs = 90_000,
        RatingShare = 0.75,
        RatingMax = 5,
        PriceCurrency = "EUR",
        PriceMicros = 4_990_000,
        CustomName = "custom",
        RecommendationId = "list-1",
        ListPosition = 3,
        Placement = "home",
        Context = new() { UtcOffsetSeconds = 7_200, Device = "tv", Locale = "de-DE", Country = "DE", Attributes = new Dictionary<string, string> { ["k"] = "v" } },
    };

    /// <summary>Item b, with as little as can be.</summary>
    public static readonly WatchEvent Like = new() { EventId = "e2", UserId = Ann.UserId, ItemId = "b", Type = WatchEventType.Like, EventTimeMs = Time - 1_000 };

    public static readonly Interaction[] Ring = [new(1, InteractionKind.Play, 200, Time - 5_000), new(2, InteractionKind.Like, 250, Time - 1_000)];

    public static readonly Half[] Slot = [(Half)0.5f, (Half)(-1), (Half)65_504];

    /// <summary>Ann has events, an exposure, an undone event, a state and a profile; Bob an event without an id; one is deleted; items and documents, of which one is deleted.</summary>
    public static async Task WriteAsync(IRecsysStore store)
    {
        Assert.Equal([1u, 2u], await store.AllocateItemNumbersAsync("default", ["a", "b"], default));
        Assert.Equal([3u], await store.AllocateItemNumbersAsync("films", ["ä"], default));
        var first = await CommitAsync(store, new() { User = Ann, ExpectedRevision = 0, State = State(), Profile = Profile, Appends = Appends(), ReceiveTimeMs = Time });
        await CommitAsync(store, new() { User = Ann, ExpectedRevision = first.Revision, UndoneSequences = [first.FirstSequence + 2], ReceiveTimeMs = Time });
        await CommitAsync(store, new() { User = Bob, ExpectedRevision = 0, Appends = [new(LogStream.Events, "", 0, new byte[] { 1, 0, 255 })], ReceiveTimeMs = Time });
        await CommitAsync(store, new() { User = Gone, ExpectedRevision = 0, State = new byte[] { 9 }, Appends = Appends(), ReceiveTimeMs = Time });
        Assert.True(await store.DeleteUserAsync(Gone, default));
        await store.PutDocumentsAsync([Document("default", "a", "{\"title\":\"A\"}"), Document("default", "c", "{}"), Document("films", "ä", "{}")], default);
        await store.PutDocumentsAsync([new() { Collection = "items", Key = new("default", "c"), Content = null }], default);
    }

    private static SessionState SampleState()
    {
        var state = new SessionState { NewestEventMs = Time - 1_000, InteractionCount = 5, SinceMs = Time };
        state.Ring.AddRange(Ring);
        state.OpenPlays.Add(new(2, 0x1122334455667788, Time - 9_000, Time - 8_000, 1_000, 2_000));
        state.Older.Add(3, generation: 10);
        state.Slots.Add(new() { Fingerprint = 0xdeadbeef, Consumed = 2, Values = Slot });
        return state;
    }

    private static byte[] State() => SessionStateCodec.Encode(SampleState());

    private static LogAppend[] Appends() =>
    [
        new(LogStream.Events, Play.EventId, 0x0102030405060708, Payload(Play, 1)),
        new(LogStream.Exposures, "x1", 0xf1f2f3f4f5f6f7f8, Payload(Play with { Type = WatchEventType.Impression }, 1)),
        new(LogStream.Events, Like.EventId, 0xffffffffffffffff, Payload(Like, 2)),
    ];

    private static byte[] Payload(WatchEvent e, uint item)
    {
        var writer = new CompactWriter();
        EventCodec.Encode(writer, e, item, -1, Time);
        return writer.ToArray();
    }

    private static DocumentWrite Document(string ns, string key, string content) => new() { Collection = "items", Key = new(ns, key), Content = System.Text.Encoding.UTF8.GetBytes(content) };

    private static async Task<CommitResult> CommitAsync(IRecsysStore store, UserCommit commit)
    {
        var result = Assert.Single(await store.CommitAsync([commit], default));
        Assert.Equal(CommitStatus.Committed, result.Status);
        return result;
    }
}
