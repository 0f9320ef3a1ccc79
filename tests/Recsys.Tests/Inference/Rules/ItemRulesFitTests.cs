using Recsys.Inference.Rules;

namespace Recsys.Tests.Inference.Rules;

public sealed class ItemRulesFitTests
{
    private static readonly RulesOptions Plain = new() { Ridge = 1, Decay = 1 };

    public static TheoryData<string, RulesOptions> Forms => new()
    {
        { "next only", Plain },
        { "future decays", Plain with { FutureDecay = 0.5f } },
        { "nothing decays", Plain with { PastDecay = 1, FutureDecay = 0.9f } },
        { "mixed", Plain with { Consistency = 0.3f, FutureDecay = 0.5f, RelativeRidge = 0.2f } },
        { "mixed with repeats", Plain with { Consistency = 0.3f, FutureDecay = 0.5f, SelfWeight = float.PositiveInfinity } },
        { "mixed, repeats bounded", Plain with { Consistency = 0.6f, SelfWeight = 0.1f } },
        { "with time", Plain with { TimeScaleMs = 3000, TimeFloor = 0.25f, FutureDecay = 0.3f, PastDecay = 0.9f } },
        { "without order", Plain with { Consistency = 1, Ridge = 20 } },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_closed_form_is_that_of_every_split_made_in_float64(string form, RulesOptions options)
    {
        const int items = 150;
        var (sequences, times) = NaiveRules.Sample(3, 120, items, 25);
        var expected = NaiveRules.Fit(sequences, times, items, options);
        var rules = ItemRulesFit.Fit(sequences, times, items, options with { Targets = items });
        for (var i = 0; i < items; i++)
        {
            var found = new double[items];
            for (var r = 0; r < rules.TargetsOf(i).Length; r++) found[rules.TargetsOf(i)[r]] = rules.WeightsOf(i)[r];
            for (var j = 0; j < items; j++)
            {
                Assert.True(Math.Abs(Math.Max(0, expected[i, j]) - found[j]) < 2e-4, $"{form}: {i} to {j} is {found[j]}, expected {expected[i, j]}");
            }
        }
    }

    [Fact]
    public void Rules_lead_from_the_past_to_the_future_only()
    {
        int[][] sequences = [.. Enumerable.Repeat(new[] { 0, 1, 2 }, 20)];
        foreach (var options in new[] { Plain, Plain with { MaxDenseBytes = 0, BackwardShare = 0 } })
        {
            var rules = ItemRulesFit.Fit(sequences, null, 3, options);
            Assert.Contains(1, rules.TargetsOf(0).ToArray());
            Assert.DoesNotContain(0, rules.TargetsOf(1).ToArray());
            Assert.Equal(0, rules.TargetsOf(2).Length);
        }
    }

    [Fact]
    public void Counted_rules_are_decayed_counts_over_the_sources_count()
    {
        var options = new RulesOptions { MaxDenseBytes = 0, PastDecay = 0.5f, Shrinkage = 2, BackwardShare = 0.25f, PopularityPower = 0.5f };
        var rules = ItemRulesFit.Fit([[0, 1, 2], [1, 2]], null, 4, options);

        // From 1: 2 follows twice at once; 0 came before once.
        Assert.Equal([2, 0], rules.TargetsOf(1).ToArray());
        Assert.Equal(2 / 4f / MathF.Sqrt(2), rules.WeightsOf(1)[0], 1e-6f);
        Assert.Equal(0.25f / 4, rules.WeightsOf(1)[1], 1e-6f);

        // From 0: 1 follows at once, 2 a place later.
        Assert.Equal([1, 2], rules.TargetsOf(0).ToArray());
        Assert.Equal(1 / 3f / MathF.Sqrt(2), rules.WeightsOf(0)[0], 1e-6f);
        Assert.Equal(0.5f / 3 / MathF.Sqrt(2), rules.WeightsOf(0)[1], 1e-6f);
        Assert.Equal(0, rules.TargetsOf(3).Length);
    }

    [Fact]
    public void Decay_by_place_and_by_time_changes_what_is_learned()
    {
        var (sequences, times) = NaiveRules.Sample(5, 60, 30, 12);
        var plain = ItemRulesFit.Fit(sequences, times, 30, Plain);
        Assert.NotEqual(plain.Weights.ToArray(), ItemRulesFit.Fit(sequences, times, 30, Plain with { PastDecay = 0.4f }).Weights.ToArray());
        Assert.NotEqual(plain.Weights.ToArray(), ItemRulesFit.Fit(sequences, times, 30, Plain with { TimeScaleMs = 500 }).Weights.ToArray());
        Assert.NotEqual(plain.Weights.ToArray(), ItemRulesFit.Fit(sequences, times, 30, Plain with { RecencyScaleMs = 5e5 }).Weights.ToArray());
        Assert.Equal(plain.Weights.ToArray(), ItemRulesFit.Fit(sequences, null, 30, Plain with { TimeScaleMs = 500 }).Weights.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Bad_data_is_fitted_as_documented(long maxDenseBytes)
    {
        var options = Plain with { MaxDenseBytes = maxDenseBytes };
        Assert.Equal(0, ItemRulesFit.Fit([], null, 3, options).Count);
        Assert.Equal(0, ItemRulesFit.Fit([[], [1]], [[], [5]], 3, options).Count);
        var equalTimes = ItemRulesFit.Fit([[0, 1], [2, 1]], [[7, 7], [7, 7]], 3, options with { TimeScaleMs = 10, BackwardShare = 0 });
        Assert.Equal([1], equalTimes.TargetsOf(0).ToArray());
        Assert.Equal([1], equalTimes.TargetsOf(2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemRulesFit.Fit([[0, 3]], null, 3, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemRulesFit.Fit([[0, -1]], null, 3, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemRulesFit.Fit([[0, 1]], [[1]], 3, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemRulesFit.Fit([[0, 1]], null, 3, options with { Ridge = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemRulesFit.Fit([[0, 1]], null, 3, options with { PastDecay = float.NaN }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void The_same_input_gives_the_same_bits(long maxDenseBytes)
    {
        var (sequences, times) = NaiveRules.Sample(8, 200, 300, 20);
        var options = Plain with { MaxDenseBytes = maxDenseBytes, Consistency = 0.2f, TimeScaleMs = 4000, Targets = 40 };
        var (first, second) = (ItemRulesFit.Fit(sequences, times, 300, options), ItemRulesFit.Fit(sequences, times, 300, options));
        Assert.Equal(first.Targets.ToArray(), second.Targets.ToArray());
        Assert.Equal(first.Weights.ToArray(), second.Weights.ToArray());
        for (var i = 0; i < 300; i++) Assert.True(first.TargetsOf(i).Length <= 40);
    }

    [Fact]
    public void The_memory_bound_decides_between_solving_and_counting()
    {
        Assert.True(ItemRulesFit.IsDense(100, Plain with { MaxDenseBytes = 80_000 }));
        Assert.False(ItemRulesFit.IsDense(100, Plain with { MaxDenseBytes = 79_999 }));
        Assert.False(ItemRulesFit.IsDense(60_000, Plain with { MaxDenseBytes = long.MaxValue }));
    }
}
