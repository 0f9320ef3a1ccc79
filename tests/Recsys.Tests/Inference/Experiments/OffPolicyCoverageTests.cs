using Recsys.Inference.Experiments;
using Xunit.Abstractions;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>How often the 95 % interval holds the truth where the rules don't refuse, and that they refuse where it wouldn't: bandits of known truth, many logs each.</summary>
public sealed class OffPolicyCoverageTests(ITestOutputHelper output)
{
    private static readonly OffPolicyOptions Plain = new() { Resamples = 0 };

    [Theory]
    [InlineData(10, 0.5, 0.1, 0, 1_000, 0)]
    [InlineData(10, 0.5, 0.005, 1, 1_000, 0)]
    [InlineData(10, 1, 0.4, -1, 1_000, 0)]
    [InlineData(10, 1.5, 0.05, 0, 1_000, 0)]
    [InlineData(10, 1.5, 0.005, -1, 1_000, 0)]
    [InlineData(10, 2, 0.05, -1, 1_000, 0)]
    [InlineData(34, 1, 0.05, -1, 3_000, 0)]
    [InlineData(34, 1.5, 0.4, 1, 3_000, 0)]
    [InlineData(10, 1, 0.1, 0, 1_000, 60)]
    [InlineData(10, 1.5, 0.3, -1, 1_000, 60)]
    public void Interval_when_it_is_not_refused_holds_the_truth_as_often_as_it_says(int actions, double peakedness, double rate, double relation, int rows, double seconds)
    {
        var (bandit, runs) = (new SyntheticBandit(actions, peakedness, rate, relation), 1_000);
        var (kept, held) = Count(bandit, runs, rows, seconds);
        Assert.True(kept > runs / 4, $"{kept} of {runs} logs were kept");
        Assert.InRange((double)held / kept, 0.92, 0.98);
    }

    [Theory]
    [InlineData(34, 2, 0.005, 1, 10_000)]
    [InlineData(34, 2, 0.005, 0, 10_000)]
    [InlineData(34, 2, 0.005, -1, 10_000)]
    public void Interval_when_outcomes_are_rare_and_weights_large_is_too_wide_rather_than_false(int actions, double peakedness, double rate, double relation, int rows)
    {
        var (bandit, runs, delta) = (new SyntheticBandit(actions, peakedness, rate, relation), 300, 0);
        var (kept, held) = Count(bandit, runs, rows, 0);
        for (var run = 0; run < runs; run++)
        {
            if (OffPolicyReport.Of(bandit.Draw(run, rows), Plain).Estimate is { } estimate && estimate.DeltaInterval.Holds(bandit.UniformValue)) delta++;
        }

        Assert.True(held >= 0.95 * kept && kept > runs / 2, $"{held} of {kept}");

        // What the other standard error is for.
        Assert.True(delta < 0.9 * kept, $"the delta method alone: {delta} of {kept}");
    }

    [Theory]
    [InlineData(34, 3, 0.4, -1, 10_000)]
    [InlineData(34, 3, 0.05, 0, 10_000)]
    [InlineData(10, 3, 0.4, 1, 1_000)]
    [InlineData(10, 2.5, 0.05, -1, 1_000)]
    public void Estimate_when_intervals_would_be_false_is_refused(int actions, double peakedness, double rate, double relation, int rows)
    {
        var (bandit, runs, refused, delta) = (new SyntheticBandit(actions, peakedness, rate, relation), 300, 0, 0);
        for (var run = 0; run < runs; run++)
        {
            var log = bandit.Draw(run, rows);
            if (OffPolicyReport.Of(log, Plain).Estimate is null) refused++;
            if (OffPolicyEstimator.Estimate(log.Units(), Plain).DeltaInterval.Holds(bandit.UniformValue)) delta++;
        }

        output.WriteLine($"refused {refused}, delta method holds {delta} of {runs}");
        Assert.True(delta < 0.92 * runs, $"the delta method would have held in {delta} of {runs}");
        Assert.True(refused > 0.95 * runs, $"{refused} of {runs} were refused");
    }

    [Theory]
    [InlineData(34, 3, 0.4, -1, 10_000)]
    [InlineData(34, 3, 0.05, 0, 10_000)]
    [InlineData(34, 3, 0.05, 1, 10_000)]
    public void Interval_of_cut_weights_when_given_holds_the_truth(int actions, double peakedness, double rate, double relation, int rows)
    {
        var (bandit, runs, given, held) = (new SyntheticBandit(actions, peakedness, rate, relation), 300, 0, 0);
        for (var run = 0; run < runs; run++)
        {
            if (OffPolicyReport.Of(bandit.Draw(run, rows), Plain).Clipped?.Interval is not { } interval) continue;
            given++;
            if (interval.Holds(bandit.UniformValue)) held++;
        }

        output.WriteLine($"given {given}, held {held}");
        Assert.True(given > 100 && held >= 0.95 * given, $"{held} of {given}");
    }

    [Fact]
    public void Interval_when_rows_of_a_unit_go_together_is_made_from_units()
    {
        // Users of 20 rows, whose plays are all or nothing but for chance.
        var (runs, byUnit, byRow) = (400, 0, 0);
        for (var run = 0; run < runs; run++)
        {
            var (random, units, rows) = (new Random(run), new OffPolicyLog(hasUnits: true), new OffPolicyLog());
            for (var user = 0UL; user < 300; user++)
            {
                var rate = random.Next(2) == 0 ? 0.1 : 0.5;
                for (var row = 0; row < 20; row++)
                {
                    var outcome = new LoggedOutcome(random.Next(4) < 3 ? 0.75 : 0.25, 0.5, random.NextDouble() < rate ? 1 : 0);
                    units.Add(outcome, StableHash.Mixed(user));
                    rows.Add(outcome);
                }
            }

            if (OffPolicyReport.Of(units, Plain).Estimate!.Interval.Holds(0.3)) byUnit++;
            if (OffPolicyReport.Of(rows, Plain).Estimate!.Interval.Holds(0.3)) byRow++;
        }

        Assert.InRange((double)byUnit / runs, 0.92, 0.98);
        Assert.True((double)byRow / runs < 0.85, $"{(double)byRow / runs}");
    }

    private (int Kept, int Held) Count(SyntheticBandit bandit, int runs, int rows, double seconds)
    {
        var (kept, held, truth) = (0, 0, bandit.UniformValue * (seconds > 0 ? seconds : 1));
        for (var run = 0; run < runs; run++)
        {
            if (OffPolicyReport.Of(bandit.Draw(run, rows, seconds), Plain).Estimate is not { } estimate) continue;
            kept++;
            if (estimate.Interval.Holds(truth)) held++;
        }

        output.WriteLine($"kept {kept} of {runs}, {100.0 * held / Math.Max(1, kept):F1} % hold the truth");
        return (kept, held);
    }
}
