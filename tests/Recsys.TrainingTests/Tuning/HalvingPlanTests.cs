using Recsys.Training.Tuning;

namespace Recsys.TrainingTests.Tuning;

public sealed class HalvingPlanTests
{
    [Theory]
    [InlineData(2, 20, "1x20")]
    [InlineData(4, 20, "3x7 1x20")]
    [InlineData(10, 20, "9x2 3x7 1x20")]
    [InlineData(10, 2, "9x2")]
    [InlineData(28, 9, "27x1 9x3 3x9")]
    [InlineData(28, 27, "27x1 9x3 3x9 1x27")]
    [InlineData(21, 60, "20x7 6x20 2x60")]
    [InlineData(2, 1, "1x1")]
    public void A_plan_when_made_has_a_third_of_the_trials_and_three_times_the_epochs_on_each_rung(int trials, int epochs, string rungs) =>
        Assert.Equal(rungs, string.Join(' ', HalvingPlan.Create(trials, epochs).Rungs.Select(rung => $"{rung.Trials}x{rung.Epochs}")));

    [Fact]
    public void A_budget_when_planned_then_the_plan_is_the_largest_that_fits_and_none_where_two_trainings_do_not()
    {
        var preset = SampleSettings.Tiny with { Epochs = 20 };
        var space = SearchSpace.Default(new(1_000, 500, 50_000, 50_000, 0), preset);
        HalvingPlan? Within(double budget) => HalvingPlan.Within(20, count => space.Trials(preset, count, 1), _ => 2, 1, budget);

        // Two trainings of 20 epochs of 2 s, and 1 s each.
        Assert.Null(Within(81.9));
        Assert.Equal(2, Within(82)!.TrialCount);
        var costs = Enumerable.Repeat(2.0, HalvingPlan.MostTrials).ToArray();
        foreach (var budget in new[] { 100.0, 300, 1_000, 5_000 })
        {
            var plan = Within(budget)!;
            Assert.InRange(plan.Seconds(costs, 1), budget / 2, budget);
            Assert.All(
                Enumerable.Range(plan.TrialCount + 1, 50).Where(trials => trials <= HalvingPlan.MostTrials),
                trials => Assert.True(HalvingPlan.Create(trials, 20).Seconds(costs, 1) > budget, $"{trials} trials fit as well"));
        }
        Assert.Equal(HalvingPlan.MostTrials, Within(1e9)!.TrialCount);
    }

    [Fact]
    public void A_trial_when_it_is_larger_or_has_smaller_batches_then_it_costs_more()
    {
        var cost = new TrialCost(new(1_000, 500, 50_000, 50_000, 0));
        var preset = SampleSettings.Tiny with { BatchTargets = 100_000 };
        Assert.True(cost.Of(preset with { Network = preset.Network with { HiddenSize = 64 } }) > cost.Of(preset) * 2);
        Assert.True(cost.Of(preset with { Network = preset.Network with { Blocks = 3 } }) > cost.Of(preset));
        Assert.True(cost.Of(preset with { BatchWindows = 1 }) > cost.Of(preset));
    }

    [Theory]
    [InlineData("90m", 5_400)]
    [InlineData("1h30m", 5_400)]
    [InlineData("45s", 45)]
    [InlineData("1.5h", 5_400)]
    [InlineData("2d", 172_800)]
    public void A_time_when_it_has_units_is_read(string text, double seconds)
    {
        Assert.True(TuningBudget.TryParse(text, out var value));
        Assert.Equal(seconds, value.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("0m")]
    [InlineData("-5m")]
    [InlineData("5m2h")]
    [InlineData("an hour")]
    [InlineData("400d")]
    public void A_time_when_it_is_no_such_thing_is_refused(string text) => Assert.False(TuningBudget.TryParse(text, out _));
}
