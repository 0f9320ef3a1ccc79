using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>Intervals whose ends are 1.96 of their own standard errors away.</summary>
public sealed class ScoreIntervalTests
{
    private const double Z = 1.959963984540054;

    [Theory]
    [InlineData(0.5, 10)]
    [InlineData(0.01, 300)]
    [InlineData(0.97, 120)]
    public void Share_when_its_ends_are_put_in_is_as_far_as_it_should(double mean, double samples)
    {
        var interval = ScoreInterval.Of(mean, Math.Sqrt(mean * (1 - mean) / samples), samples, new(0, 1));
        Assert.Equal(Z, (mean - interval.Low) / Math.Sqrt(interval.Low * (1 - interval.Low) / samples), 1e-9);
        Assert.Equal(Z, (interval.High - mean) / Math.Sqrt(interval.High * (1 - interval.High) / samples), 1e-9);
    }

    [Theory]
    [InlineData(30, 2)]
    [InlineData(30, 25)]
    public void Amount_when_its_ends_are_put_in_is_as_far_as_it_should(double mean, double error)
    {
        var (interval, slope) = (ScoreInterval.Of(mean, error, 100, new(0, 500)), error * error / mean);
        Assert.Equal(Z, (mean - interval.Low) / Math.Sqrt(slope * interval.Low), 1e-9);
        Assert.Equal(Z, (interval.High - mean) / Math.Sqrt(slope * interval.High), 1e-9);
    }

    [Fact]
    public void Ends_when_at_the_borders_are_exact_and_signed_rewards_have_a_plain_interval()
    {
        Assert.Equal(0, ScoreInterval.Of(0, 0, 300, new(0, 0)).Low);
        Assert.Equal(1, ScoreInterval.Of(1, 0, 300, new(1, 1)).High);
        Assert.Equal(new Interval(-2 - (Z * 0.5), -2 + (Z * 0.5)), ScoreInterval.Of(-2, 0.5, 300, new(-9, 4)));
    }
}
