using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;
using Recsys.Storage.Redis;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace Recsys.Tests.Storage.Redis.Versions;

/// <summary>
/// The bytes of each format that was ever written, kept in format-N.txt: all are read, and the newest is what is written today. A change of the format adds a file; none is changed.
/// </summary>
public sealed class StoredVersionsTests(SharedRedis shared, ITestOutputHelper output) : IClassFixture<SharedRedis>
{
    private const string Newest = "format-2-state-3";

    public static TheoryData<string> Formats => [.. Names()];

    [Fact]
    public async Task Values_when_written_today_then_they_are_those_of_the_newest_file()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(shared.Process.Address);
        var options = NewOptions();
        await using (var store = await RedisStore.OpenAsync(options, default))
            await StoredSample.WriteAsync(store);
        string[] written = await StoredKeys.ReadAsync(redis, options.Prefix);
        output.WriteLine(string.Join('\n', written));
        Assert.Equal(Lines("Versions/" + Newest), written);
    }

    [Fact]
    public void Files_when_listed_then_the_oldest_is_among_them() => Assert.Equal(["Versions/format-1", "Versions/format-2", "Versions/format-2-state-2", "Versions/format-2-state-3"], Names());

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Values_of_each_format_when_opened_today_then_all_are_read_and_go_on(string format)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(shared.Process.Address);
        var options = NewOptions();
        await StoredKeys.WriteAsync(redis, options.Prefix, Lines(format));
        await using var store = await RedisStore.OpenAsync(options, default);

        ItemNumber[] numbers = [new(1, "default", "a"), new(2, "default", "b"), new(3, "films", "ä")];
        Assert.Equal(numbers, await store.ListItemNumbersAsync(0, 10, default));
        await AnnIsReadAsync(store);
        Assert.Equal(["default", "films"], await store.ListNamespacesAsync(default));
        Assert.Equal(["ann"], await store.ListUsersAsync("default", null, 10, default));
        Assert.Equal(new byte[] { 1, 0, 255 }, Assert.Single(await store.ReadUserLogAsync(StoredSample.Bob, LogStream.Events, 0, 10, false, default)).Payload.ToArray());
        Assert.Equal(3, (await store.ReadLogAsync(LogStream.Events, default, 10, false, default)).Entries.Count);
        await DocumentsAreReadAsync(store);

        // What is written now continues it.
        Assert.Equal([2u, 4u], await store.AllocateItemNumbersAsync("default", ["b", "new"], default));
        var ann = (await store.LoadAsync([new(StoredSample.Ann, [])], StoredSample.Time, default))[0];
        var more = new UserCommit
        {
            User = StoredSample.Ann,
            ExpectedRevision = ann.Revision,
            Appends = [new(LogStream.Events, "e3", 0, new byte[] { 1 })],
            ReceiveTimeMs = StoredSample.Time,
        };
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync([more], default))[0].Status);
        Assert.Equal(["e1", "e2", "e3"], (await store.ReadUserLogAsync(StoredSample.Ann, LogStream.Events, 0, 10, false, default)).Select(entry => entry.EventId));
        Assert.True(await store.DeleteUserAsync(StoredSample.Ann, default));
        Assert.Single((await store.ReadLogAsync(LogStream.Events, default, 10, false, default)).Entries);
    }

    private static async Task AnnIsReadAsync(RedisStore store)
    {
        const ulong OfPlay = 0x0102030405060708, OfExposure = 0xf1f2f3f4f5f6f7f8, OfLike = 0xffffffffffffffff;
        var ann = (await store.LoadAsync([new(StoredSample.Ann, [OfPlay, OfExposure, OfLike, 5])], StoredSample.Time, default))[0];
        Assert.Equal([OfPlay, OfExposure, OfLike], ann.KnownHashes.Order());
        Assert.Empty((await store.LoadAsync([new(StoredSample.Ann, [OfPlay])], StoredSample.Time + DuplicateWindowRules.DurationMs + 1, default))[0].KnownHashes);
        Assert.Equal(StoredSample.Profile, ann.Profile.ToArray());
        var state = SessionStateCodec.Decode(ann.State.Span);
        Assert.Equal((StoredSample.Time - 1_000, 5), (state.NewestEventMs, state.InteractionCount));
        Assert.Equal(StoredSample.Ring, state.Ring);
        Assert.Equal([new(2, 0x1122334455667788, StoredSample.Time - 9_000, StoredSample.Time - 8_000, 1_000, 2_000)], state.OpenPlays);
        Assert.True(state.Older.Contains(3));
        Assert.Equal((0xdeadbeef, 2), (state.Slots[0].Fingerprint, state.Slots[0].Consumed));
        Assert.Equal(StoredSample.Slot, state.Slots[0].Values);

        var items = await ItemNumbers.LoadAsync(store, default);
        var events = await store.ReadUserLogAsync(StoredSample.Ann, LogStream.Events, 0, 10, false, default);
        Assert.Equal([("e1", false), ("e2", true)], events.Select(entry => (entry.EventId, entry.Undone)));
        var play = EventCodec.Decode(events[0], items);
        Assert.Equal(StoredSample.Play with { Context = null }, play.Event with { Context = null });
        Assert.Equal("tv/v", $"{play.Event.Context!.Device}/{play.Event.Context.Attributes["k"]}");
        Assert.Equal(StoredSample.Time, play.ReceiveTimeMs);
        Assert.Equal(StoredSample.Like, EventCodec.Decode(events[1], items).Event);
        var shown = Assert.Single(await store.ReadUserLogAsync(StoredSample.Ann, LogStream.Exposures, 0, 10, false, default));
        Assert.Equal(WatchEventType.Impression, EventCodec.Decode(shown, items).Event.Type);
    }

    private static async Task DocumentsAreReadAsync(RedisStore store)
    {
        var documents = await store.ListDocumentsAsync("items", null, null, 10, default);
        Assert.Equal([new("default", "a"), new("films", "ä")], documents.Select(document => document.Key));
        Assert.Equal("{\"title\":\"A\"}", Encoding.UTF8.GetString(documents[0].Content.Span));
        var changes = (await store.ReadChangesAsync("items", new(ImmutableDictionary<string, long>.Empty), default)).Changes;
        Assert.Equal([("a", true), ("c", false), ("ä", true)], changes.Select(change => (change.Key.Key, change.Document is not null)));
        var put = await store.PutDocumentsAsync([new() { Collection = "items", Key = documents[0].Key, ExpectedRevision = documents[0].Revision, Content = new byte[] { 1 } }], default);
        Assert.Equal(CommitStatus.Committed, put[0].Status);
        Assert.True(put[0].Revision > documents[0].Revision);
    }

    private static IEnumerable<string> Names() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith("Versions/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private RedisStoreOptions NewOptions() => RedisSample.Options(shared.Process.Address) with { Partitions = StoredSample.Partitions };

    private static string[] Lines(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))];
    }
}
