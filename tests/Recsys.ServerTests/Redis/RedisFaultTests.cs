using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Redis;

/// <summary>Faults under load on the same users through several replicas: what it costs, counted.</summary>
[Collection(AloneCollection.Name)]
[Trait("Category", "Slow")]
public sealed class RedisFaultTests(ITestOutputHelper output)
{
    private const int Workers = 6;

    // So few that replicas meet on them, so many that what is sent again lies within their newest 1,000 events.
    private const int Users = 40;

    [Fact]
    public async Task Replicas_when_killed_20_times_then_nothing_is_lost_or_doubled()
    {
        await using var redis = await RedisProcess.StartAsync();
        var replicas = await RedisReplica.StartAsync(2, redis.Address);
        await RunAsync("20 kills of a replica", replicas, async load =>
        {
            for (var kill = 0; kill < 20; kill++)
            {
                await load.AcksAsync(100);
                await replicas[kill % replicas.Length].KillAndStartAsync();
            }
        });
    }

    [Fact]
    public async Task Redis_when_killed_and_started_again_then_nothing_is_lost_or_doubled()
    {
        await using var redis = await RedisProcess.StartAsync();
        var replicas = await RedisReplica.StartAsync(2, redis.Address);
        await RunAsync("5 kills of Redis (AOF always)", replicas, async load =>
        {
            for (var kill = 0; kill < 5; kill++)
            {
                await load.AcksAsync(300);
                await redis.KillAsync();
                await redis.StartAgainAsync();
            }

            await load.AcksAsync(300);
        });
    }

    [Fact]
    public async Task Redis_when_paused_for_10_seconds_then_nothing_is_lost_or_doubled()
    {
        await using var redis = await RedisProcess.StartAsync();
        var replicas = await RedisReplica.StartAsync(2, redis.Address);
        await RunAsync("Redis paused for 10 s", replicas, async load =>
        {
            await load.AcksAsync(300);
            await redis.PauseAsync();
            await Task.Delay(TimeSpan.FromSeconds(10));
            await redis.ResumeAsync();
            await load.AcksAsync(300);
        });
    }

    [Fact]
    public async Task Connections_when_cut_again_and_again_then_nothing_is_lost_or_doubled()
    {
        await using var redis = await RedisProcess.StartAsync();
        var replicas = await RedisReplica.StartAsync(2, redis.Address);
        await RunAsync("connections cut 10 times", replicas, async load =>
        {
            for (var cut = 0; cut < 10; cut++)
            {
                await load.AcksAsync(200);
                await redis.CliAsync("client", "kill", "type", "normal");
            }

            await load.AcksAsync(200);
        });
    }

    [Fact]
    public async Task Disk_when_full_then_nothing_is_lost_or_doubled()
    {
        // Redis may write files of 4 MB. With appendfsync always it ends itself rather than answer for what it can't write.
        await using var redis = await RedisProcess.StartLimitedAsync(4);
        var replicas = await RedisReplica.StartAsync(2, redis.Address);
        await RunAsync("disk full", replicas, async load =>
        {
            await redis.WaitForExitAsync();
            Assert.Contains("AOF write error", await redis.LogAsync(), StringComparison.Ordinal);
            await redis.StartAgainAsync();
            await load.AcksAsync(300);
        });
    }

    [Fact]
    public async Task Master_when_killed_with_replicated_writes_then_nothing_is_lost_or_doubled()
    {
        await using var cluster = await RedisClusterProcesses.StartAsync(RedisClusterProcesses.QuickFailOver);
        var replicas = await RedisReplica.StartAsync(2, cluster.Addresses, "--durability", "replicated");
        await RunAsync("a master of a Cluster killed, replicated", replicas, async load =>
        {
            await load.AcksAsync(500);
            var master = (await cluster.MastersAsync(cluster.Nodes[0]))[0];
            await master.KillAsync();
            var others = cluster.Nodes.Where(node => node != master).ToArray();
            await Eventually.HoldsAsync(
                async () => await cluster.MastersAsync(others[0]) is { Count: 3 } masters && !masters.Contains(master), "its replica takes over");
            // As a replica of the one that took over. Until then nobody confirms writes to that one, and none is acknowledged, as a duplicate neither.
            await master.StartAgainAsync();
            await cluster.WaitUntilWholeAsync(cluster.Nodes);
            await load.AcksAsync(500);
        });
    }

    [Fact]
    public async Task Redis_without_a_file_when_killed_then_durability_memory_loses_what_it_says()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var replicas = await RedisReplica.StartAsync(2, redis.Address, "--durability", "memory");
        var report = await MeasureAsync("Redis without a file killed, durability memory", replicas, async load =>
        {
            await load.AcksAsync(1_000);
            await redis.KillAsync();
            await redis.StartAgainAsync();
            // Neither takes anything any more: what they remember isn't there.
            foreach (var replica in replicas)
            {
                await Eventually.HoldsAsync(() => replica.Process.Output.Contains("[2013]", StringComparison.Ordinal), "it says that its store is lost");
                await replica.KillAndStartAsync();
            }

            await load.AcksAsync(1_000);
        });
        Assert.True(report.Lost >= 1_000, "Everything before the kill is lost, or the level would promise too little.");
    }

    [Fact]
    public async Task Redis_that_syncs_every_second_when_killed_then_only_a_power_loss_loses()
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync", "everysec");
        var replicas = await RedisReplica.StartAsync(2, redis.Address, "--durability", "memory");
        var report = await MeasureAsync("Redis that syncs every second killed, durability memory", replicas, async load =>
        {
            for (var kill = 0; kill < 5; kill++)
            {
                await load.AcksAsync(300);
                await redis.KillAsync();
                await redis.StartAgainAsync();
            }

            await load.AcksAsync(300);
        });
        Assert.Equal(0, report.Duplicated);
    }

    [Fact]
    public async Task Master_when_killed_without_replicated_writes_then_a_fail_over_loses_what_was_under_way()
    {
        await using var cluster = await RedisClusterProcesses.StartAsync(RedisClusterProcesses.QuickFailOver);
        var replicas = await RedisReplica.StartAsync(2, cluster.Addresses);
        var report = await MeasureAsync("a master of a Cluster killed, durability fsync", replicas, async load =>
        {
            await load.AcksAsync(500);
            var master = (await cluster.MastersAsync(cluster.Nodes[0]))[0];
            var replica = await cluster.ReplicaOfAsync(master);
            // As after a network's hiccup: what the replica doesn't have when its master dies is lost.
            await replica.PauseAsync();
            await master.CliAsync("client", "kill", "type", "replica");
            await load.AcksAsync(200);
            await master.KillAsync();
            await replica.ResumeAsync();
            await Eventually.HoldsAsync(async () => (await cluster.MastersAsync(replica)).Count == 3, "its replica takes over");
            await load.AcksAsync(500);
        });
        Assert.NotEqual(0, report.Lost); // or the level could promise more
    }

    private async Task RunAsync(string fault, RedisReplica[] replicas, Func<SharedUsersLoad, Task> inflict)
    {
        var report = await MeasureAsync(fault, replicas, inflict);
        Assert.Equal(0, report.Lost);
        Assert.Equal(0, report.Duplicated);
        Assert.NotEqual(0, report.Unknown); // writes were in flight
        Assert.Equal(report.InLog, report.Acknowledged);
    }

    private async Task<FaultReport> MeasureAsync(string fault, RedisReplica[] replicas, Func<SharedUsersLoad, Task> inflict)
    {
        try
        {
            var load = new SharedUsersLoad([.. replicas.Select(replica => (Func<Running.Clients>)(() => replica.Clients))], Users);
            load.Start(Workers);
            await inflict(load);
            await load.StopAsync();
            var report = await load.SettleAsync(replicas[0].Clients);
            output.WriteLine($"{fault}: {report}; {load.Describe()}");
            return report;
        }
        catch
        {
            foreach (var replica in replicas) output.WriteLine(replica.Process.Output);
            throw;
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }
}
