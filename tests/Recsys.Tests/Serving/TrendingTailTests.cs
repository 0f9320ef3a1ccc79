using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

/// <summary>What a start finds of what is trending, however many heart-beats came since.</summary>
public sealed class TrendingTailTests
{
    [Fact]
    public async Task Likes_when_a_flood_of_heart_beats_followed_are_known_after_a_start()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("a", "hot"), rig.Like("b", "hot"), rig.Like("a", "warm"));
        await BeatAsync(rig, times: 100);
        var trending = new Trending(24, rig.Time, rankingShare: 0);
        Assert.Equal(1_003, await trending.SeedAsync(rig.Store, rig.Rules, NullLogger.Instance, CancellationToken.None, new(rig.Rules, NullLogger.Instance, maxEvents: 4)));
        var found = trending.RankingOf(EngineRig.Ns, "")!.Items.Select(item => (rig.Engine.ItemNumbers.IdOf(item), trending.CountOf(EngineRig.Ns, "", item, rig.NowMs)));
        Assert.Equal([("hot", 2.0), ("warm", 1.0)], found);
    }

    [Fact]
    public async Task Tail_when_the_log_is_longer_than_its_bounds_is_within_them()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync([.. Enumerable.Range(0, 50).Select(i => rig.Like($"u{i}", $"i{i}"))]);
        await BeatAsync(rig, times: 10);

        // A hundred entries are ten users' heart-beats, of each of which one is kept.
        Assert.Equal((10, 0, 60), await ReadAsync(new(rig.Rules, NullLogger.Instance, maxEntries: 60)));
        Assert.Equal((10, 0, 10), await ReadAsync(new(rig.Rules, NullLogger.Instance, maxKept: 10)));
        Assert.Equal((10, 30, 130), await ReadAsync(new(rig.Rules, NullLogger.Instance, maxEvents: 30)));
        Assert.Equal((10, 2, 102), await ReadAsync(new(rig.Rules, NullLogger.Instance, maxKept: 12)));

        async Task<(int Beats, int Others, int Entries)> ReadAsync(TrendingTail tail)
        {
            var events = (await tail.ReadAsync(rig.Store, CancellationToken.None)).ToArray();
            var beats = events.Count(one => one.Event.Type == WatchEventType.PlayProgress);
            return (beats, events.Length - beats, tail.EntryCount);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Counts_when_most_heart_beats_are_left_out_are_those_of_the_running_server(int seed)
    {
        await using var rig = await EngineRig.OpenAsync();
        var random = new Random(seed);
        WatchEventType[] types = [.. Enumerable.Repeat(WatchEventType.PlayProgress, 7), WatchEventType.PlayStart, WatchEventType.PlayStop, WatchEventType.Like];
        for (var i = 0; i < 1_500; i++)
        {
            rig.Time.Advance(TimeSpan.FromMinutes(random.Next(1, 12)));
            var (position, duration) = (random.Next(4) > 0 ? random.Next(101) : -1, random.Next(3) > 0 ? random.Next(50, 200) : -1);
            await rig.WriteAsync(rig.Event($"u{random.Next(5)}", types[random.Next(types.Length)], $"i{random.Next(5)}", session: "s", position: position, duration: duration));
        }

        var tail = new TrendingTail(rig.Rules, NullLogger.Instance);
        Assert.InRange((await tail.ReadAsync(rig.Store, CancellationToken.None)).Count(), 500, 1_400);
        var trending = new Trending(24, rig.Time, rankingShare: 0);
        Assert.Equal(1_500, await trending.SeedAsync(rig.Store, rig.Rules, NullLogger.Instance, CancellationToken.None));
        var live = (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None)).Items;
        Assert.Equal(5, live.Count);
        foreach (var item in live) Assert.Equal(trending.CountOf(EngineRig.Ns, "", await rig.NumberAsync(item.ItemId), rig.NowMs), item.Score, 1e-5);
    }

    /// <summary>Heart-beats of ten users, every 20 seconds, each of a film of their own.</summary>
    private static async Task BeatAsync(EngineRig rig, int times)
    {
        for (var beat = 0; beat < times; beat++)
            await rig.WriteAsync([.. Enumerable.Range(0, 10).Select(user => rig.Event($"v{user}", WatchEventType.PlayProgress, $"film {user}", session: "s", position: beat, duration: 1_000))]);
    }
}
