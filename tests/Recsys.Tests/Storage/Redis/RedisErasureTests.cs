using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>Between the two steps of a deletion: the record is gone, the log entries aren't yet.</summary>
public sealed class RedisErasureTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    private static readonly UserKey Gone = new("default", "gone");
    private static readonly UserKey Other = new("default", "other");

    [Fact]
    public async Task Entries_of_a_deleted_user_when_not_erased_yet_are_not_shown_and_the_next_opening_erases_them()
    {
        // All users share a partition.
        var options = RedisSample.Options(redis.Process.Address) with { Partitions = 1 };
        await using var store = await RedisStore.OpenAsync(options, default);
        var first = Assert.Single(await store.CommitAsync([Commit(Gone, 3)], default)).FirstSequence;
        await store.CommitAsync([Commit(Other, 2)], default);
        await store.CommitAsync([Commit(Gone, 0) with { UndoneSequences = [first] }], default);
        await DeleteRecordAsync(options, Gone);
        var partition = new RedisKeys(options.Prefix, 1).OfPartition("default", 0);
        Assert.Equal("5", (await redis.Process.CliAsync("xlen", partition.Events!)).Trim());

        foreach (var stream in new[] { LogStream.Events, LogStream.Exposures })
        {
            Assert.Equal([Other], (await store.ReadWholeLogAsync(stream)).Select(entry => entry.User).Distinct());
            var newest = await store.ReadLogAsync(stream, default, 100, newestFirst: true, default);
            Assert.Equal([Other], newest.Entries.Select(entry => entry.User).Distinct());
            Assert.Empty(await store.ReadUserLogAsync(Gone, stream, 0, 100, newestFirst: false, default));
        }

        // A later life of the same id is shown.
        var back = Assert.Single(await store.CommitAsync([Commit(Gone, 1)], default));
        Assert.Equal(back.FirstSequence, Assert.Single(await store.ReadWholeLogAsync(LogStream.Events), entry => entry.User == Gone).Sequence);

        await (await RedisStore.OpenAsync(options, default)).DisposeAsync();
        Assert.Equal("3", (await redis.Process.CliAsync("xlen", partition.Events!)).Trim());
        Assert.Equal("2", (await redis.Process.CliAsync("xlen", partition.Exposures!)).Trim());
        foreach (var key in new[] { partition.Undone, partition.Erasures, new RedisKeys(options.Prefix, 1).Erasures })
            Assert.Equal("0", (await redis.Process.CliAsync("exists", key!)).Trim());
        Assert.Equal(3, (await store.ReadWholeLogAsync(LogStream.Events)).Count);
    }

    /// <summary>What a process does of a deletion before it dies.</summary>
    private static async Task DeleteRecordAsync(RedisStoreOptions options, UserKey user)
    {
        await using var connection = await RedisConnection.OpenAsync(options, default);
        var keys = new RedisKeys(options.Prefix, options.Partitions);
        var own = keys.Of(user);
        await connection.Calls.WriteAsync(RedisScript.AddToSet, [keys.Erasures], [own.Partition.Name]);
        var existed = await connection.Calls.WriteAsync(
            RedisScript.DeleteUser,
            [own.Record, own.Window, own.Partition.Users, own.EventIndex, own.ExposureIndex, own.Partition.Erasures],
            [user.UserId, own.Channel, "test"]);
        Assert.Equal(1, (int)existed);
    }

    /// <summary>Events, and an exposure where there are any.</summary>
    private static UserCommit Commit(UserKey user, int events) => new()
    {
        User = user,
        ExpectedRevision = null,
        State = new byte[] { 1 },
        ReceiveTimeMs = 1,
        Appends =
        [
            .. Enumerable.Range(0, events).Select(i => new LogAppend(LogStream.Events, $"e{i}", 0, new byte[] { 1 })),
            .. Enumerable.Repeat(new LogAppend(LogStream.Exposures, "x", 0, new byte[] { 2 }), events > 0 ? 1 : 0),
        ],
    };
}
