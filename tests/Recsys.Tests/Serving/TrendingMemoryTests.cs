using Recsys.Inference;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

/// <summary>What is trending takes memory for what is played lately, not for what there is.</summary>
public sealed class TrendingMemoryTests
{
    [Fact]
    public void Namespaces_take_what_their_own_items_take_however_many_items_the_store_has()
    {
        var trending = new Trending(24, TimeProvider.System);
        Play("warm", 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 10; i++) Play($"tenant {i}", 1_000_000 + i);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * 10_000);
        Assert.Equal(1, trending.CountOf("tenant 7", "", 1_000_007, 0));
        Assert.Equal(0, trending.CountOf("tenant 7", "", 1_000_008, 0));

        void Play(string ns, uint item) => trending.Add(new(ns, "ann"), new(new(item, InteractionKind.Like, Strength.Unknown, 0), []), "");
    }

    [Fact]
    public void Items_that_were_played_long_ago_are_forgotten_without_anybody_asking_for_a_list()
    {
        var counts = new TrendingCounts(halfLifeMs: 1_000, TimeProvider.System, rankingShare: 0);
        var most = 0;
        for (uint i = 0; i < 50_000; i++)
        {
            counts.Add(i, i * 100L);
            most = Math.Max(most, counts.ItemCount);
        }

        // Of the counts that last a thousandth is left after ten of their half-lives, which 3,000 items take.
        Assert.InRange(most, 3_000, 6_001);
        float[] count = new float[3], lasting = new float[3];
        counts.CountsOf([49_990, 49_000, 10_000], 4_999_900, count, lasting);
        Assert.Equal([(float)double.Exp2(-0.9), (float)double.Exp2(-99.9), 0], count);
        Assert.Equal([(float)double.Exp2(-0.9 / 30), (float)double.Exp2(-99.9 / 30), 0], lasting);
    }
}
