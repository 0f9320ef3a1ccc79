using Recsys.Inference.Partners;
using Recsys.Inference.Rules;

namespace Recsys.Tests.Inference.Rules;

public sealed class RulesPresetTests
{
    [Fact]
    public void The_shape_is_read_off_the_sequences()
    {
        var shape = RulesShape.Of([[0, 1, 0, 0], [], [2], [1, 2]], 5, timesMs: [[10, 10, 13, 17], [], [4], [20, 25]]);
        Assert.Equal(new RulesShape(3, 5, 7, 0.5, true, SpanMs: 21, GapMs: 4), shape);
        Assert.Equal(7 / 3.0, shape.MeanLength);
        Assert.Equal(7 / 5.0, shape.PerItem);
        Assert.Equal(new RulesShape(0, 5, 0, 0, true), RulesShape.Of([[]], 5));
        Assert.Equal(0, RulesShape.Of([], 5).MeanLength);
    }

    [Fact]
    public void Every_shape_gets_settings_that_can_be_fitted()
    {
        foreach (var order in new[] { true, false })
        {
            foreach (var (sequences, interactions, repeats) in new[] { (0, 0, 0.0), (10, 50, 0.0), (10, 50, 0.5), (10, 5000, 0.0), (10, 5000, 0.9), (9000, 90_000, 0.5) })
            {
                foreach (var options in RulesPreset.Candidates(new(sequences, sequences > 1000 ? 60_000 : 3, interactions, repeats, order, SpanMs: interactions, GapMs: interactions / 10)))
                {
                    Assert.Equal(0, ItemRulesFit.Fit([], null, 3, options).Count);
                    Assert.Equal(repeats > 0, options.SelfWeight > 0);
                    Assert.Equal(!order, options.Decay == 1);
                }
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Times_when_they_are_known_are_worth_trying(bool known)
    {
        // First 1 came after 0, now 2 does.
        int[][] sequences = [.. Enumerable.Range(0, 40).Select(i => new[] { 0, i < 30 ? 1 : 2 })];
        long[][]? times = known ? [.. Enumerable.Range(0, 40).Select(i => new long[] { i * 1000, (i * 1000) + 5 })] : null;
        var candidates = RulesPreset.Candidates(RulesShape.Of(sequences, 3, timesMs: times));
        var (options, ndcg, _) = RulesSelection.Choose(sequences, times, 3, candidates, [new([0], null, 2)], excludeSeen: true);
        Assert.Equal((known, known), (options.RecencyScaleMs > 0, ndcg == 1));
        Assert.Equal(known ? [50.0] : [], candidates.Where(candidate => candidate.TimeScaleMs > 0).Select(candidate => candidate.TimeScaleMs));
    }

    [Fact]
    public void Selection_returns_the_decay_it_chose()
    {
        // 0 leads to 2 more surely than 1 to 3, but 1 is what came last.
        int[][] sequences = [.. Enumerable.Repeat<int[]>([0, 2], 10), .. Enumerable.Repeat<int[]>([1, 3], 5)];
        var (options, ndcg, rules) = RulesSelection.Choose(
            sequences, null, 4, [new() { MaxDenseBytes = 0, Decay = 0.9f }], [new([0, 1], null, 3)], excludeSeen: true);
        Assert.Equal((true, 1.0), (options.Decay < 0.7f, ndcg));
        Assert.Equal(options.Decay, rules.Decay.Place);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void Seen_items_compete_only_where_they_may(bool excludeSeen, int rank)
    {
        int[][] sequences = [.. Enumerable.Repeat<int[]>([1, 0], 10), .. Enumerable.Repeat<int[]>([1, 2], 5)];
        var rules = ItemRulesFit.Fit(sequences, null, 3, new() { MaxDenseBytes = 0 });
        Assert.Equal(1 / Math.Log2(1 + rank), RulesSelection.Ndcg(rules, [new([0, 1], null, 2)], excludeSeen), 1e-9);
    }

    [Fact]
    public void A_sequence_is_as_recent_as_its_newest_interaction()
    {
        var rules = ItemRulesFit.Fit([[0, 1], [0, 2]], [[0, 1000], [500, 600]], 3, new() { MaxDenseBytes = 0, RecencyScaleMs = 100 });
        Assert.Equal([1, 2], rules.TargetsOf(0).ToArray());
        Assert.True(rules.WeightsOf(0)[0] > 10 * rules.WeightsOf(0)[1]);
    }

    [Fact]
    public void Selection_takes_what_validates_best()
    {
        // After 1 comes 2; before it came 0, which rules that count backwards hold for as good.
        int[][] sequences = [[0, 1], [0, 1], [1, 2], [1, 2]];
        BlendCase[] cases = [new([1], null, 2)];
        RulesOptions[] candidates = [new() { MaxDenseBytes = 0, BackwardShare = 1 }, new() { MaxDenseBytes = 0, BackwardShare = 0, Decay = 0.77f }];
        var (options, ndcg, _) = RulesSelection.Choose(sequences, null, 3, candidates, cases, excludeSeen: false);
        Assert.Equal(1, ndcg, 1e-9);
        Assert.Equal(candidates[1], options);
        Assert.Equal(1 / Math.Log2(3), RulesSelection.Ndcg(ItemRulesFit.Fit(sequences, null, 3, candidates[0]), cases, excludeSeen: false), 1e-9);
        Assert.Equal(candidates[0], RulesSelection.Choose(sequences, null, 3, candidates, [], excludeSeen: true).Options);
    }
}
