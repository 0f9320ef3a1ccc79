using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis.Versions;

/// <summary>Values that a newer program wrote, and damaged ones: refused with key, version and what to do, and left as they are.</summary>
public sealed class NewerVersionsTests(SharedRedis shared) : IClassFixture<SharedRedis>
{
    private static readonly UserKey User = new("default", "u");

    [Fact]
    public async Task Record_of_a_newer_version_when_read_or_written_then_it_is_refused_and_left_as_it_is()
    {
        var options = RedisSample.Options(shared.Process.Address);
        await using var store = await RedisStore.OpenAsync(options, default);
        await store.CommitAsync([Commit(User, 0)], default);
        string key = new RedisKeys(options.Prefix, RedisSample.Partitions).Of(User).Record!;
        await shared.Process.CliAsync("setrange", key, "0", "\u0002");
        string stored = await shared.Process.CliAsync("get", key);

        foreach (var call in Calls(store))
        {
            var error = await Assert.ThrowsAsync<StoreFormatException>(call);
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
            Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
            Assert.Contains("Use a newer program", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(stored, await shared.Process.CliAsync("get", key));
        Assert.Empty(await store.ReadUserLogAsync(User, LogStream.Events, 0, 10, false, default));
        Assert.Null(store.Loss);
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync([Commit(new("default", "other"), 0)], default))[0].Status);
    }

    [Theory]
    [InlineData("a record of 5 bytes", "redis.call('SET', KEYS[1], '\\1abcd')")]
    [InlineData("a profile that ends behind it", "redis.call('SETRANGE', KEYS[1], 9, '\\255\\255\\0\\0')")]
    [InlineData("a profile of a length below 0", "redis.call('SETRANGE', KEYS[1], 9, '\\255\\255\\255\\255')")]
    public async Task Record_that_is_damaged_when_read_then_it_is_refused_by_its_key(string damage, string script)
    {
        var options = RedisSample.Options(shared.Process.Address);
        await using var store = await RedisStore.OpenAsync(options, default);
        await store.CommitAsync([Commit(User, 0)], default);
        string key = new RedisKeys(options.Prefix, RedisSample.Partitions).Of(User).Record!;
        await shared.Process.CliAsync("eval", script, "1", key);
        foreach (var load in Calls(store).Take(2))
        {
            var error = await Assert.ThrowsAsync<StoreFormatException>(load);
            Assert.True(error.Message.Contains(key, StringComparison.Ordinal) && error.Message.Contains("damaged", StringComparison.Ordinal), $"{damage}: {error.Message}");
        }
    }

    [Fact]
    public async Task Store_when_a_newer_program_raises_its_format_under_a_running_one_then_that_uses_it_no_more()
    {
        var options = RedisSample.Options(shared.Process.Address);
        await using var store = await RedisStore.OpenAsync(options, default);
        await shared.Process.CliAsync("hset", options.Prefix + "store", "format", "3");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.LoadAsync([new(User, [])], 1, default));
        Assert.Contains("version 3", store.Loss, StringComparison.Ordinal);
        Assert.Contains(options.Prefix + "store", store.Loss, StringComparison.Ordinal);
        Assert.Contains("Use a newer program", store.Loss, StringComparison.Ordinal);
    }

    private static Func<Task>[] Calls(RedisStore store) =>
    [
        async () => await store.LoadAsync([new(User, [])], 1, default),
        async () => await store.LoadAsync([new(User, [7])], 1, default),
        async () => await store.CommitAsync([Commit(User, null), Commit(new("default", "beside"), null)], default),
    ];

    private static UserCommit Commit(UserKey user, long? expected) => new()
    {
        User = user,
        ExpectedRevision = expected,
        State = new byte[] { 7 },
        Profile = new byte[] { 8, 9 },
        ReceiveTimeMs = 1,
        Appends = expected is null ? [new(LogStream.Events, "e", 0, new byte[] { 1 })] : [],
    };
}
