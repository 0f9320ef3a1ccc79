using CsCheck;
using Recsys.Inference.Evaluation;

namespace Recsys.Tests.Inference;

public sealed class RankingMetricsTests
{
    [Theory]
    [InlineData(new[] { 1f, 3f, 2f }, 1, 1)]
    [InlineData(new[] { 1f, 3f, 2f }, 0, 3)]
    [InlineData(new[] { 2f, 2f, 2f }, 0, 3)]
    [InlineData(new[] { 2f, 2f, 1f }, 1, 2)]
    [InlineData(new[] { 5f, float.NaN, 1f }, 0, 2)]
    [InlineData(new[] { 5f, float.NaN, 1f }, 1, 3)]
    [InlineData(new[] { 5f, float.NegativeInfinity, 1f }, 2, 2)]
    public void A_tie_counts_against_the_target(float[] scores, int target, int expected) => Assert.Equal(expected, RankingMetrics.Rank(scores, target));

    [Fact]
    public void Excluded_items_take_no_place_but_the_target_stays()
    {
        float[] scores = [9, 8, 7, 6, 5];
        RankingMetrics.Exclude(scores, [0, 2, 2, 3], target: 3);
        Assert.Equal(2, RankingMetrics.Rank(scores, 3));
        Assert.Equal(3, RankingMetrics.Rank(scores, 4));
    }

    [Fact]
    public void The_rank_is_that_of_a_sort_with_the_target_last_among_equals() => Gen.Select(Gen.Int[0, 9].Array[1, 50], Gen.Int[0, 49]).Sample((values, at) =>
    {
        var target = at % values.Length;
        var scores = values.Select(value => (float)value).ToArray();
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ThenBy(i => i == target ? 1 : 0).ToList();
        Assert.Equal(order.IndexOf(target) + 1, RankingMetrics.Rank(scores, target));
    });

    [Fact]
    public void Averages_are_those_worked_out_by_hand()
    {
        // Four targets with ranks 1, 3, 6 and 11 among 12 items; cutoffs 5 and 10.
        var accumulator = new RankingAccumulator(12, 5, 10);
        foreach (var rank in new[] { 1, 3, 6, 11 })
        {
            var scores = Enumerable.Range(0, 12).Select(i => (float)-i).ToArray();
            Assert.Equal(rank, accumulator.Add(scores, rank - 1, []));
        }

        var found = accumulator.Scores();
        Assert.Equal(4, accumulator.Targets);
        Assert.Equal(5, found[0].K);
        Assert.Equal((1 + (1 / 2.0)) / 4, found[0].Ndcg, 1e-12);
        Assert.Equal(0.5, found[0].Recall, 1e-12);
        Assert.Equal((1 + (1 / 3.0)) / 4, found[0].Mrr, 1e-12);
        Assert.Equal(5 / 12.0, found[0].Coverage, 1e-12);
        Assert.Equal((1 + (1 / 2.0) + (1 / Math.Log2(7))) / 4, found[1].Ndcg, 1e-12);
        Assert.Equal(0.75, found[1].Recall, 1e-12);
        Assert.Equal((1 + (1 / 3.0) + (1 / 6.0)) / 4, found[1].Mrr, 1e-12);
        Assert.Equal(10 / 12.0, found[1].Coverage, 1e-12);
    }

    [Fact]
    public void Excluded_items_are_not_covered()
    {
        var accumulator = new RankingAccumulator(4, 3);
        Assert.Equal(1, accumulator.Add(new float[] { 4, 3, 2, 1 }, target: 2, excluded: [0, 1]));
        Assert.Equal(0.5, accumulator.Scores()[0].Coverage);
    }

    [Fact]
    public void Merged_parts_are_the_whole() => Gen.Select(Gen.Int[1, 30].Array[0, 40], Gen.Int[0, 40]).Sample((ranks, cut) =>
    {
        var (whole, first, second) = (new RankingAccumulator(30), new RankingAccumulator(30), new RankingAccumulator(30));
        for (var i = 0; i < ranks.Length; i++)
        {
            int[] list = [ranks[i] % 30, (ranks[i] + i) % 30];
            whole.Add(ranks[i], list);
            (i < cut ? first : second).Add(ranks[i], list);
        }

        first.Merge(second);
        Assert.Equal(whole.Targets, first.Targets);
        foreach (var (expected, found) in whole.Scores().Zip(first.Scores()))
        {
            Assert.Equal(expected.Ndcg, found.Ndcg, 1e-12);
            Assert.Equal(expected.Recall, found.Recall, 1e-12);
            Assert.Equal(expected.Mrr, found.Mrr, 1e-12);
            Assert.Equal(expected.Coverage, found.Coverage);
        }
    });

    [Fact]
    public void Accumulators_of_other_items_or_cutoffs_do_not_merge()
    {
        var accumulator = new RankingAccumulator(30, 10);
        Assert.Throws<ArgumentException>(() => accumulator.Merge(new(31, 10)));
        Assert.Throws<ArgumentException>(() => accumulator.Merge(new(30, 20)));
    }
}
