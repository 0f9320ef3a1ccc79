using Recsys.Inference.Evaluation;

namespace Recsys.Tests.Inference;

public sealed class PairedBootstrapTests
{
    [Fact]
    public void Interval_when_drawn_from_a_known_mean_holds_it_nineteen_times_in_twenty()
    {
        // 400 experiments on 60 users each; the share within is 0.95 give or take 0.022 (two standard errors), and percentile intervals are a little short.
        const double mean = 0.3;
        const int experiments = 400;
        var random = new Random(11);
        var within = 0;
        for (var experiment = 0; experiment < experiments; experiment++)
        {
            double[] differences = [.. Enumerable.Range(0, 60).Select(_ => mean + (Normal(random) * 2))];
            var interval = Assert.Single(PairedBootstrap.Intervals([differences], Each(60), 60, experiment, resamples: 400));
            Assert.Equal(differences.Average(), interval.Mean, 1e-12);
            if (interval.Low <= mean && mean <= interval.High) within++;
        }

        Assert.InRange((double)within / experiments, 0.915, 0.975);
    }

    [Fact]
    public void Interval_when_rows_are_equal_is_nothing_but_zero()
    {
        var interval = Assert.Single(PairedBootstrap.Intervals([new double[50]], Each(50), 50, 1));
        Assert.Equal(new DifferenceInterval(0, 0, 0), interval);
    }

    [Fact]
    public void Interval_when_asked_for_again_is_the_same_and_the_seed_matters()
    {
        var random = new Random(3);
        double[][] columns = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 200).Select(_ => random.NextDouble()).ToArray())];
        var first = PairedBootstrap.Intervals(columns, Each(200), 200, 7);
        Assert.Equal(first, PairedBootstrap.Intervals(columns, Each(200), 200, 7));
        Assert.NotEqual(first, PairedBootstrap.Intervals(columns, Each(200), 200, 8));

        // A column's interval doesn't depend on what else is compared.
        Assert.Equal(first[2], Assert.Single(PairedBootstrap.Intervals([columns[2]], Each(200), 200, 7)));
    }

    [Fact]
    public void Interval_when_users_have_many_cases_is_that_of_users_not_of_cases()
    {
        // 20 users with 50 equal cases each: there are 20 observations, not 1,000.
        var random = new Random(5);
        double[] ofUser = [.. Enumerable.Range(0, 20).Select(_ => Normal(random))];
        int[] users = [.. Enumerable.Range(0, 1_000).Select(at => at / 50)];
        var many = Assert.Single(PairedBootstrap.Intervals([[.. users.Select(user => ofUser[user])]], users, 20, 1));
        var one = Assert.Single(PairedBootstrap.Intervals([ofUser], Each(20), 20, 1));
        Assert.Equal(one.Low, many.Low, 1e-9);
        Assert.Equal(one.High, many.High, 1e-9);
        Assert.True(many.High - many.Low > 0.5, $"{many}");
    }

    [Fact]
    public void Interval_when_there_are_no_cases_is_zero() =>
        Assert.Equal([default], PairedBootstrap.Intervals([[]], [], 0, 1));

    private static int[] Each(int users) => [.. Enumerable.Range(0, users)];

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
