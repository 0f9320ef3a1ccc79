using Recsys.Datasets;
using Recsys.Datasets.Logs;
using Recsys.Inference.Experiments;
using Recsys.Tests.Datasets;
using Xunit.Abstractions;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>The Open Bandit data, where it's at hand: the uniform policy valued from Thompson sampling's log, and measured in its own.</summary>
public sealed class OpenBanditTests(ITestOutputHelper output)
{
    [Fact]
    public void Uniform_policy_on_the_mens_log_has_its_measured_rate_inside_the_interval()
    {
        if (Read("bts-men", 34) is not { } log || Read("random-men", 34) is not { } measured) return;
        var (report, truth) = (OffPolicyReport.Of(log), OffPolicyReport.Of(measured).LoggedMean);
        Assert.Equal((10_000, 0.0069, 0.0046), (report.Rows, report.LoggedMean, truth));
        Assert.Equal(656, report.EffectiveSampleSize, 0.5);
        Assert.Equal(0.0030, report.Estimate!.Ips, 0.00005);
        Assert.Equal(0.0008, report.Estimate.IpsStandardError, 0.00005);
        Assert.True(report.Estimate.Interval.Holds(truth));
        Assert.Null(report.Clipped);
    }

    [Fact]
    public void Uniform_policy_on_the_womens_log_is_refused_and_cut_weights_say_their_bias()
    {
        if (Read("bts-women", 46) is not { } log || Read("random-women", 46) is not { } measured) return;
        var (report, truth) = (OffPolicyReport.Of(log), OffPolicyReport.Of(measured).LoggedMean);
        Assert.Null(report.Estimate);
        Assert.Equal((2.1, 21_739), (Math.Round(report.EffectiveSampleSize, 1), Math.Round(report.MaxWeight)));
        Assert.Equal([RefusalCode.EffectiveSampleSize, RefusalCode.WeightShare, RefusalCode.MeanWeight], report.Refusals.Select(refusal => refusal.Code));
        Assert.Equal((100, 6), (report.Clipped!.Clip, report.Clipped.ClippedCount));
        Assert.InRange(report.Clipped.MaxBias, 0.04, 0.2);
        Assert.True(report.Clipped.Interval!.Value.Holds(truth));
    }

    [Theory]
    [InlineData("random-men", 34)]
    [InlineData("random-women", 46)]
    public void Uniform_policy_on_its_own_log_is_estimated_as_measured(string name, int actions)
    {
        if (Read(name, actions) is not { } log) return;
        var report = OffPolicyReport.Of(log);
        Assert.Equal(report.LoggedMean, report.Estimate!.Value, 1e-9);
        Assert.Equal(10_000, report.EffectiveSampleSize, 0.01);
    }

    private OffPolicyLog? Read(string name, int actions)
    {
        if (RealData.Find($"open-bandit/{name}.csv.gz", output) is not { } file) return null;
        var outcomes = new OffPolicyLog();
        var log = PolicyLog.Open(file, PolicyLogMapping.Parse(""), [PolicyLogField.Propensity, PolicyLogField.Reward, PolicyLogField.Action], []);
        foreach (var row in log.Read(new ReadProgress(), default)) outcomes.Add(new(row.Propensity, 1.0 / actions, row.Reward));
        return outcomes;
    }
}
