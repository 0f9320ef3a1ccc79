using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

/// <summary>How fast what is trending follows what is played.</summary>
public sealed class TrendingMinuteTests
{
    [Fact]
    public async Task An_item_that_many_play_within_a_minute_is_on_top_and_an_old_one_halves_with_every_half_life()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync([.. Enumerable.Range(0, 40).Select(i => rig.Like($"early-{i}", "old"))]);
        rig.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("old", (await TrendingAsync(rig))[0].ItemId);
        for (var second = 0; second < 60; second++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await rig.WriteAsync(rig.Like($"late-{second}", "sudden"));
        }

        var minute = await TrendingAsync(rig);
        Assert.Equal(["sudden", "old"], minute.Select(item => item.ItemId));
        Assert.Equal(60, minute[0].Score, 0.1);
        Assert.Equal(40 * double.Exp2(-(1 + (1.0 / 60)) / 24), minute[1].Score, 1e-3);

        // Half-life: 24 hours.
        rig.Time.Advance(TimeSpan.FromHours(24));
        var day = await TrendingAsync(rig);
        foreach (var (before, after) in minute.Zip(day)) Assert.Equal(before.Score / 2, after.Score, 1e-3);
    }

    [Fact]
    public async Task A_country_has_its_own_order_where_much_is_played_and_the_worlds_where_little_is()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync([.. Enumerable.Range(0, 150).Select(i => Played(rig, $"us-{i}", i % 5 < 4 ? "hit" : "other", "US"))]);
        await rig.WriteAsync([.. Enumerable.Range(0, 60).Select(i => Played(rig, $"se-{i}", i % 6 < 5 ? "local" : "hit", "SE"))]);
        await rig.WriteAsync(Played(rig, "no-1", "other", "NO"));
        string[] world = ["hit", "local", "other"];
        Assert.Equal(world, await InAsync(rig, ""));
        Assert.Equal(world, await InAsync(rig, "DE"));
        Assert.Equal(["hit", "other", "local"], await InAsync(rig, "US"));
        Assert.Equal(["local", "hit", "other"], await InAsync(rig, "SE"));

        // One play moves a country a little: here not past anything.
        Assert.Equal(world, await InAsync(rig, "NO"));
        var (plays, total) = (await TrendingAsync(rig, "SE"), 150 + 60 + 1);
        Assert.Equal(50 + (CountryTrending.PriorPlays * 50 / total), plays[0].Score, 1e-3);
        Assert.Equal(10 + (CountryTrending.PriorPlays * 130 / total), plays[1].Score, 1e-3);

        // A user's list that's made of what is trending follows the country of the request, or of the profile.
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["new"], SeenPolicy = SeenPolicy.Allow };
        Assert.Equal("local", (await rig.Engine.RecommendAsync(request with { Context = new() { Country = "SE" } }, CancellationToken.None)).Items[0].ItemId);
        Assert.Equal("hit", (await rig.Engine.RecommendAsync(request, CancellationToken.None)).Items[0].ItemId);

        // The counts come back from the log, each where it was.
        var again = new Trending(24, rig.Time, rankingShare: 0);
        await again.SeedAsync(rig.Store, rig.Rules, NullLogger.Instance, CancellationToken.None);
        Assert.Equal(await InAsync(rig, "SE"), again.RankingOf(EngineRig.Ns, "SE")!.Items.Select(rig.Engine.ItemNumbers.IdOf));
    }

    [Fact]
    public async Task One_users_many_plays_of_an_item_count_once_a_half_life_also_after_a_restart()
    {
        await using var rig = await EngineRig.OpenAsync();
        var lasting = new float[2];
        for (var i = 0; i < 500; i++) await rig.WriteAsync(Played(rig, "bot", "pushed", i % 2 == 0 ? "SE" : "NO"));
        await rig.WriteAsync([.. Enumerable.Range(0, 3).Select(i => Played(rig, $"user-{i}", "liked", "SE"))]);
        Assert.Equal([("liked", 3.0), ("pushed", 1.0)], (await TrendingAsync(rig)).Select(item => (item.ItemId, Math.Round(item.Score, 3))));
        Assert.Equal(["liked", "pushed"], await InAsync(rig, "SE"));
        await rig.ReopenAsync();
        Assert.Equal([("liked", 3.0), ("pushed", 1.0)], (await TrendingAsync(rig)).Select(item => (item.ItemId, Math.Round(item.Score, 3))));

        // A half-life later it counts again; of the counts that last it doesn't yet.
        rig.Time.Advance(TimeSpan.FromHours(24));
        await rig.WriteAsync(Played(rig, "bot", "pushed", "SE"), Played(rig, "bot", "pushed", "SE"));
        Assert.Equal([("liked", 1.5), ("pushed", 1.5)], (await TrendingAsync(rig)).OrderBy(item => item.ItemId, StringComparer.Ordinal).Select(item => (item.ItemId, Math.Round(item.Score, 3))));
        var trending = new Trending(24, rig.Time, rankingShare: 0);
        await trending.SeedAsync(rig.Store, rig.Rules, NullLogger.Instance, CancellationToken.None);
        trending.Of(EngineRig.Ns)!.CountsOf([await rig.NumberAsync("pushed"), await rig.NumberAsync("liked")], rig.NowMs, new float[2], lasting);
        Assert.Equal(1 / 3.0, lasting[0] / lasting[1], 1e-4);
    }

    [Fact]
    public void Plays_that_were_long_ago_are_forgotten_so_that_memory_is_bounded()
    {
        var counted = new CountedPlays(halfLifeMs: 1_000, capacity: 10);
        var (ann, bob, eve) = (EventIdHash.Of("ann"), EventIdHash.Of("bob"), EventIdHash.Of("eve"));
        Assert.Equal((true, true), counted.Add(ann, 1, 0));
        Assert.Equal((false, false), counted.Add(ann, 1, 500));
        Assert.Equal((true, true), counted.Add(bob, 1, 500));
        Assert.Equal((true, true), counted.Add(ann, 2, 500));
        for (uint i = 0; i < 12; i++) counted.Add(eve, i, 600);
        Assert.Equal((false, false), counted.Add(ann, 1, 700));
        for (uint i = 20; i < 45; i++) counted.Add(eve, i, 600);
        Assert.Equal((true, true), counted.Add(ann, 1, 700));
    }

    private static WatchEvent Played(EngineRig rig, string user, string item, string country) =>
        rig.Like(user, item) with { Context = new() { Country = country, Device = "tv", UtcOffsetSeconds = 3600 } };

    private static async Task<IEnumerable<string>> InAsync(EngineRig rig, string country) => (await TrendingAsync(rig, country)).Select(item => item.ItemId);

    private static async Task<IReadOnlyList<RankedItem>> TrendingAsync(EngineRig rig, string country = "") =>
        (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns, Context = new() { Country = country } }, CancellationToken.None)).Items;
}
