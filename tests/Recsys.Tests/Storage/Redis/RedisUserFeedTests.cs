using System.Diagnostics;
using Recsys.Storage;
using Recsys.Storage.Redis;
using Recsys.Tests.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>What a store tells of users whom another process changes.</summary>
public sealed class RedisUserFeedTests
{
    private static readonly UserKey Viewer = new("default", "viewer");
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private int _told;

    [Fact]
    public async Task Watched_user_when_another_store_changes_it_then_it_is_told_and_own_changes_are_not()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var options = RedisSample.Options(redis.Address);
        await using var own = await RedisStore.OpenAsync(options, default);
        await using var other = await RedisStore.OpenAsync(options, default);
        var watch = own.WatchUser(Viewer, Tell);
        await ToldAsync(1, "the watch begins");

        await CommitAsync(other, appends: 1);
        await ToldAsync(2, "an event");
        await CommitAsync(other, profile: [1]);
        await ToldAsync(3, "a profile");
        await CommitAsync(other, new UserKey("default", "someone else"), appends: 1);
        await CommitAsync(own, appends: 1);
        await StaysAsync(3, "another user's event, and an own one");
        // The same history as another model sees it.
        await CommitAsync(other);
        await StaysAsync(3, "a state alone");
        await other.DeleteUserAsync(Viewer, default);
        await ToldAsync(4, "the deletion");

        watch.Dispose();
        using var again = own.WatchUser(Viewer, Tell);
        await ToldAsync(5, "the second watch begins");
        await CommitAsync(other, appends: 1);
        await ToldAsync(6, "an event, once: the first watch has ended");
        await StaysAsync(6, "nothing");
    }

    [Fact]
    public async Task Watched_user_when_Redis_was_away_then_that_is_told_and_later_changes_too()
    {
        await using var redis = await RedisProcess.StartAsync();
        var options = RedisSample.Options(redis.Address);
        await using var own = await RedisStore.OpenAsync(options, default);
        await using var other = await RedisStore.OpenAsync(options, default);
        using var before = own.WatchUser(Viewer, Tell);
        await ToldAsync(1, "the watch begins");
        await redis.KillAsync();
        int toldOfLate = 0;
        using var during = own.WatchUser(new UserKey("default", "late"), () => Interlocked.Increment(ref toldOfLate));
        await HoldsAsync(() => Volatile.Read(ref toldOfLate) >= 1, "a watch begins also while Redis is away");
        await redis.StartAgainAsync();
        await HoldsAsync(() => Volatile.Read(ref _told) >= 2 && Volatile.Read(ref toldOfLate) >= 2, "Redis is back");

        await AvailableAsync(other);
        (int told, int late) = (_told, toldOfLate);
        await CommitAsync(other, appends: 1);
        await CommitAsync(other, new UserKey("default", "late"), appends: 1);
        await HoldsAsync(() => Volatile.Read(ref _told) > told && Volatile.Read(ref toldOfLate) > late, "events of both");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Watched_user_when_its_slot_moves_then_changes_are_told_from_there()
    {
        await using var cluster = await RedisClusterProcesses.StartAsync("appendonly", "no");
        var options = RedisSample.Options(cluster.Addresses);
        await using var own = await RedisStore.OpenAsync(options, default);
        await using var other = await RedisStore.OpenAsync(options, default);
        using var watch = own.WatchUser(Viewer, Tell);
        await ToldAsync(1, "the watch begins");
        await CommitAsync(other, appends: 1);
        await ToldAsync(2, "an event");

        int partition = new RedisKeys(options.Prefix, options.Partitions).PartitionOf(Viewer.UserId);
        await cluster.MoveSlotAsync(await cluster.SlotOfAsync($"default.{partition}"));
        // Redis ends the subscription with the move; what falls into the moment until the library has renewed it is not told.
        var clock = Stopwatch.StartNew();
        for (int told = _told; Volatile.Read(ref _told) == told; await Task.Delay(200))
        {
            Assert.True(clock.Elapsed < Deadline, "No event is told since the slot has moved.");
            await CommitAsync(other, appends: 1);
        }
    }

    [Fact]
    public async Task Account_that_may_not_publish_or_subscribe_then_it_commits_nevertheless()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await redis.CliAsync("acl", "setuser", "narrow", "on", ">secret", "~*", "+@all");
        var options = RedisSample.Options(redis.Address) with { User = "narrow", Password = "secret" };
        await using var own = await RedisStore.OpenAsync(options, default);
        using var watch = own.WatchUser(Viewer, Tell);
        await ToldAsync(1, "the watch says that it can't be sure");
        await CommitAsync(own, appends: 1);
        Assert.Contains(own.Warnings, warning => warning.Contains("ACL SETUSER", StringComparison.Ordinal));
    }

    private static async Task CommitAsync(RedisStore store, UserKey? user = null, int appends = 0, byte[]? profile = null)
    {
        var key = user ?? Viewer;
        var record = (await store.LoadAsync([new UserLookup(key, [])], 1_000, default))[0];
        var commit = new UserCommit
        {
            User = key,
            ExpectedRevision = record.Revision,
            State = new byte[] { 1 },
            Profile = profile is null ? null : (ReadOnlyMemory<byte>?)profile,
            Appends = [.. Enumerable.Range(0, appends).Select(_ => new LogAppend(LogStream.Events, "", 0, new byte[] { 2 }))],
            ReceiveTimeMs = 1_000,
        };
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync([commit], default))[0].Status);
    }

    private static async Task AvailableAsync(RedisStore store)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await store.LoadAsync([new UserLookup(Viewer, [])], 1_000, default);
                return;
            }
            catch (StoreUnavailableException) when (clock.Elapsed < Deadline)
            {
                await Task.Delay(50);
            }
        }
    }

    private void Tell() => Interlocked.Increment(ref _told);

    private async Task ToldAsync(int times, string what)
    {
        await HoldsAsync(() => Volatile.Read(ref _told) >= times, what);
        Assert.Equal(times, Volatile.Read(ref _told));
    }

    private async Task StaysAsync(int times, string what)
    {
        await Task.Delay(100);
        Assert.True(Volatile.Read(ref _told) == times, $"{what} was told");
    }

    private static async Task HoldsAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        for (; !condition(); await Task.Delay(5))
            Assert.True(clock.Elapsed < Deadline, $"Not within {Deadline.TotalSeconds} s: {what}");
    }
}
