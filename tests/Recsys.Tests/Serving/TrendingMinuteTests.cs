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

    private static async Task<IReadOnlyList<RankedItem>> TrendingAsync(EngineRig rig) =>
        (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None)).Items;
}
