using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>Estimates against figures by hand, and each reason to refuse.</summary>
public sealed class OffPolicyReportTests
{
    [Fact]
    public void Estimates_when_worked_out_by_hand_are_those()
    {
        // 100 times: weight 2 and a play; weight 2/3 and none; weight 2/3 and a play; weight 2/3 and none. All sums are 100 times those of the four.
        var log = new OffPolicyLog();
        for (var i = 0; i < 100; i++)
        {
            log.Add(new(0.25, 0.5, 1));
            log.Add(new(0.75, 0.5, 0));
            log.Add(new(0.75, 0.5, 1));
            log.Add(new(0.75, 0.5, 0));
        }

        var report = OffPolicyReport.Of(log);
        var estimate = report.Estimate!;
        Assert.Equal((400, 400, 0.5, 1.0), (report.Rows, report.Units, report.LoggedMean, Math.Round(report.MeanWeight, 12)));
        Assert.Equal(300, report.EffectiveSampleSize, 1e-9);
        Assert.Equal((2, 2.0 / 400), (report.MaxWeight, Math.Round(report.MaxWeightShare, 12)));
        Assert.Equal(2.0 / 3, estimate.Value, 1e-12);
        Assert.Equal(2.0 / 3, estimate.Ips, 1e-12);

        // Owen 2013, equation 9.9: sum of w² (r - value)² over the square of the sum of w, with n / (n - 1).
        var squares = 100 * ((4.0 / 9) + (16.0 / 81) + (4.0 / 81) + (16.0 / 81));
        Assert.Equal(Math.Sqrt(squares * 400 / 399) / 400, estimate.DeltaStandardError, 1e-12);

        // The weights alone say more here: root of (2/3 * 1/3 / 300).
        Assert.Equal(Math.Sqrt(2.0 / 9 / 300), estimate.StandardError, 1e-12);
        Assert.True(estimate.StandardError > estimate.DeltaStandardError);

        // Wilson's interval of 200 out of 300.
        Assert.Equal(0.6115, estimate.Interval.Low, 1e-4);
        Assert.Equal(0.7177, estimate.Interval.High, 1e-4);
    }

    [Fact]
    public void Bootstrap_when_outcomes_are_frequent_agrees_with_the_delta_method_and_is_repeatable()
    {
        var log = new SyntheticBandit(10, 1, 0.3, 0).Draw(1, 4_000);
        var (one, again, other) = (Bootstrap(1), Bootstrap(1), Bootstrap(2));
        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        var delta = OffPolicyReport.Of(log).Estimate!.DeltaInterval;
        Assert.Equal(1, (one.High - one.Low) / (delta.High - delta.Low), 0.1);
        Assert.Equal(one.Low, delta.Low, 0.005);

        Interval Bootstrap(long seed) => OffPolicyReport.Of(log, new() { Seed = seed }).Estimate!.BootstrapInterval!.Value;
    }

    [Fact]
    public void Bootstrap_when_there_are_too_many_units_or_none_is_wanted_is_left_out()
    {
        var log = new SyntheticBandit(10, 0.5, 0.3, 0).Draw(1, 1_000);
        Assert.Null(OffPolicyReport.Of(log, new() { MaxBootstrapUnits = 999 }).Estimate!.BootstrapInterval);
        Assert.Null(OffPolicyReport.Of(log, new() { Resamples = 0 }).Estimate!.BootstrapInterval);
    }

    [Fact]
    public void Log_when_small_is_refused_by_its_effective_size()
    {
        var report = OffPolicyReport.Of(Even(99));
        Assert.Equal((null, RefusalCode.EffectiveSampleSize), (report.Estimate, Assert.Single(report.Refusals).Code));
        Assert.NotNull(OffPolicyReport.Of(Even(100)).Estimate);
    }

    [Fact]
    public void Log_when_one_row_has_much_of_the_weight_is_refused_and_cut_at_the_root_of_the_rows()
    {
        var log = Even(2_000);
        log.Add(new(1.0 / 130, 1, 1));
        var report = OffPolicyReport.Of(log);
        Assert.Equal((null, RefusalCode.WeightShare), (report.Estimate, Assert.Single(report.Refusals).Code));
        var clipped = report.Clipped!;
        Assert.Equal((Math.Sqrt(2_001), 1), (clipped.Clip, clipped.ClippedCount));
        Assert.InRange(clipped.Value!.Value, 0.5, 0.52);
        Assert.Equal(clipped.LostShare, clipped.MaxBias);
    }

    [Fact]
    public void Log_when_the_probabilities_do_not_fit_is_refused_by_the_mean_weight()
    {
        var log = new OffPolicyLog();
        for (var i = 0; i < 10_000; i++) log.Add(new(0.5, i % 2 == 0 ? 0.5 : 0.44, i % 3 == 0 ? 1 : 0));
        var report = OffPolicyReport.Of(log);
        Assert.Equal(RefusalCode.MeanWeight, Assert.Single(report.Refusals).Code);
        Assert.Contains("0.94", report.Refusals[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_when_the_policy_shows_nothing_of_it_or_all_outcomes_are_alike_is_refused()
    {
        var (none, alike) = (new OffPolicyLog(), new OffPolicyLog());
        for (var i = 0; i < 1_000; i++)
        {
            none.Add(new(0.5, 0, 1));
            alike.Add(new(0.5, 0.5, 30));
        }

        Assert.Equal((null, null), (OffPolicyReport.Of(none).Estimate, OffPolicyReport.Of(none).Clipped));
        Assert.Equal(RefusalCode.NoVariation, Assert.Single(OffPolicyReport.Of(alike).Refusals).Code);
    }

    [Fact]
    public void Log_when_nothing_was_played_has_an_interval_that_is_not_of_zero_width()
    {
        var log = new OffPolicyLog();
        for (var i = 0; i < 300; i++) log.Add(new(0.5, 0.5, 0));

        // Wilson: z² / (n + z²).
        var interval = OffPolicyReport.Of(log).Estimate!.Interval;
        Assert.Equal(0, interval.Low);
        Assert.Equal(3.841458820694124 / 303.841458820694124, interval.High, 1e-12);
    }

    [Fact]
    public void Weights_when_cut_by_wish_have_the_bias_beside_the_estimate_that_is_not_cut()
    {
        var report = OffPolicyReport.Of(new SyntheticBandit(10, 1, 0.3, 0).Draw(1, 4_000), new() { Clip = 2 });
        Assert.NotNull(report.Estimate);
        var clipped = report.Clipped!;
        Assert.Equal((2, 0), (clipped.Clip, clipped.Refusals.Count));
        Assert.True(clipped.EffectiveSampleSize > report.EffectiveSampleSize);
        Assert.InRange(clipped.LostShare, 0.05, 0.5);
        Assert.True(clipped.Interval!.Value.Low <= clipped.Value && clipped.Interval.Value.High - clipped.Interval.Value.Low > clipped.LostShare);
        Assert.Null(OffPolicyReport.Of(Even(200), new() { Clip = 2 }).Clipped);
        Assert.Throws<ArgumentException>(() => OffPolicyReport.Of(Even(200), new() { Clip = 0 }));
    }

    [Theory]
    [InlineData(0, 0.5, 1)]
    [InlineData(1.01, 0.5, 1)]
    [InlineData(double.NaN, 0.5, 1)]
    [InlineData(0.5, -0.1, 1)]
    [InlineData(0.5, 1.1, 1)]
    [InlineData(1e-40, 0.5, 1)]
    [InlineData(0.5, 0.5, double.PositiveInfinity)]
    public void Outcome_when_it_makes_no_sense_is_refused(double propensity, double probability, double reward) =>
        Assert.Throws<ArgumentException>(() => new OffPolicyLog().Add(new(propensity, probability, reward)));

    private static OffPolicyLog Even(int rows)
    {
        var log = new OffPolicyLog();
        for (var i = 0; i < rows; i++) log.Add(new(1, 1, i % 2));
        return log;
    }
}
