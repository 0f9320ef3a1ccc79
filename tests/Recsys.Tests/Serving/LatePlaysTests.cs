using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Inference;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

/// <summary>Plays that a server hears of late, as from a client that was offline: they count as of when they were, and no more than they would have in time.</summary>
public sealed class LatePlaysTests
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    [Fact]
    public async Task One_users_many_late_plays_of_an_item_count_once_a_half_life_also_those_that_last_and_after_a_restart()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("liar", "pushed"), rig.Like("ann", "liked"), rig.Like("bob", "liked"));
        for (var i = 0; i < 60; i++) await rig.WriteAsync(rig.Like("liar", "pushed", rig.NowMs - (25 * HourMs) - (i * 100)));
        for (var i = 0; i < 60; i++) await rig.WriteAsync(rig.Like("liar", "pushed", rig.NowMs - (31 * DayMs) - (i * 100)));
        var (count, lasting) = (1 + Half(25 / 24.0) + Half(31), 1 + Half(31 / 30.0));
        for (var start = 0; start < 2; start++)
        {
            var list = (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None)).Items;
            Assert.Equal(["liked", "pushed"], list.Select(item => item.ItemId));
            Assert.Equal(count, list[1].Score, 1e-4);
            await rig.ReopenAsync();
        }

        var lastingOf = new float[1];
        (await SeededAsync(rig)).Of(EngineRig.Ns)!.CountsOf([await rig.NumberAsync("pushed")], rig.NowMs, new float[1], lastingOf);
        Assert.Equal(lasting, lastingOf[0], 1e-4);
    }

    [Fact]
    public void One_users_many_late_pairs_move_what_is_watched_next_as_one_does()
    {
        var trending = new Trending(24, TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Play(now);
        for (var i = 0; i < 150; i++) Play(now - (31 * DayMs) - (i * 120_000));
        var next = new Dictionary<uint, float>();
        trending.Of("ns")!.WatchedNext.AddScores([1], now, next);
        Assert.Equal(1 + Half(31 / 30.0), next[2], 1e-4);

        void Play(long timeMs) => trending.Add(new("ns", "liar"), new(new(2, InteractionKind.Like, Strength.Unknown, timeMs), [1]), "");
    }

    [Fact]
    public async Task Late_plays_count_as_of_when_they_were_also_after_a_start()
    {
        await using var rig = await EngineRig.OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            await rig.WriteAsync(rig.Like($"u{i}", "first"), rig.Like($"u{i}", "today"));
            await rig.WriteAsync(rig.Like($"u{i}", "yesterday", rig.NowMs - DayMs), rig.Like($"u{i}", "long ago", rig.NowMs - (365 * DayMs)));
        }

        (string, double)[] expected = [("first", 10), ("today", 10), ("yesterday", 5)];
        Assert.Equal(expected, await TrendingAsync(rig));
        await rig.ReopenAsync();
        Assert.Equal(expected, await TrendingAsync(rig));

        // Of what is wanted next likewise: a year ago nothing came before it.
        var next = new Dictionary<uint, float>();
        (await SeededAsync(rig)).Of(EngineRig.Ns)!.WatchedNext.AddScores([await rig.NumberAsync("today")], rig.NowMs, next);
        Assert.Empty(next);

        static async Task<IEnumerable<(string, double)>> TrendingAsync(EngineRig rig) =>
            (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None)).Items.Select(item => (item.ItemId, Math.Round(item.Score, 4)));
    }

    [Fact]
    public async Task Users_who_are_linked_and_play_again_count_once()
    {
        await using var rig = await EngineRig.OpenAsync();
        for (var i = 0; i < 20; i++) await rig.WriteAsync(rig.Like($"anon{i}", "film"), rig.Like($"anon{i}", "other"));
        for (var i = 0; i < 20; i++) await rig.Engine.Users.LinkAsync(EngineRig.Ns, $"anon{i}", $"known{i}", CancellationToken.None);
        for (var i = 0; i < 20; i++) await rig.WriteAsync(rig.Like($"known{i}", "film"));
        var list = (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None)).Items;
        Assert.Equal([("film", 20.0), ("other", 20.0)], list.Select(item => (item.ItemId, Math.Round(item.Score, 4))));

        // A half-life later they count again.
        rig.Time.Advance(TimeSpan.FromHours(24));
        await rig.WriteAsync(rig.Like("known0", "film"));
        Assert.Equal(11, (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None)).Items[0].Score, 1e-4);
    }

    private static async Task<Trending> SeededAsync(EngineRig rig)
    {
        var trending = new Trending(24, rig.Time, rankingShare: 0);
        await trending.SeedAsync(rig.Store, rig.Rules, NullLogger.Instance, CancellationToken.None);
        return trending;
    }

    private static double Half(double halfLives) => double.Exp2(-halfLives);
}
