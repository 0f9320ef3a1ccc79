using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>When operations are due.</summary>
public sealed class ArrivalScheduleTests
{
    private const int Count = 200_000;

    [Fact]
    public void Poisson_arrivals_when_many_have_the_rate_and_the_spread_of_independent_users()
    {
        var gaps = Gaps(ArrivalKind.Poisson, rate: 1_000, seed: 7);
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));

        // Exponential gaps: mean and deviation are 1 / rate; of 200,000 the mean is within 1 % (4.5 standard errors).
        Assert.InRange(mean, 0.00099, 0.00101);
        Assert.InRange(deviation / mean, 0.98, 1.02);
        Assert.All(gaps, gap => Assert.True(gap >= 0));
        Assert.InRange(gaps.Count(gap => gap > 0.001) / (double)Count, 0.36, 0.376); // 1 / e
    }

    [Fact]
    public void Arrivals_when_the_seed_is_the_same_are_the_same()
    {
        Assert.Equal(Gaps(ArrivalKind.Poisson, 50, seed: 3), Gaps(ArrivalKind.Poisson, 50, seed: 3));
        Assert.NotEqual(Gaps(ArrivalKind.Poisson, 50, seed: 3), Gaps(ArrivalKind.Poisson, 50, seed: 4));
    }

    [Fact]
    public void Constant_arrivals_when_many_do_not_drift()
    {
        var schedule = new ArrivalSchedule(ArrivalKind.Constant, 3, seed: 1);
        double last = 0;
        for (var i = 0; i < Count; i++) last = schedule.Next();
        Assert.Equal(Count / 3.0, last, tolerance: 1e-9);
    }

    private static double[] Gaps(ArrivalKind kind, double rate, int seed)
    {
        var schedule = new ArrivalSchedule(kind, rate, seed);
        double before = 0;
        return [.. Enumerable.Range(0, Count).Select(_ =>
        {
            var time = schedule.Next();
            var gap = time - before;
            before = time;
            return gap;
        })];
    }
}
