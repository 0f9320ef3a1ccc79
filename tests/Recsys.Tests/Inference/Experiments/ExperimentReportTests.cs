using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>Figures of variants and their intervals, on users whose true rates are known.</summary>
public sealed class ExperimentReportTests
{
    private static readonly ExperimentDesign Design = new([new("control", 0.5), new("new", 0.5)]);

    [Fact]
    public void Figures_when_worked_out_by_hand_are_those()
    {
        var accumulator = new ExperimentAccumulator(2);
        (long Exposures, long Plays, double Seconds)[] users = [(10, 1, 30), (20, 6, 200), (5, 0, 0), (1, 1, 70)];
        for (var copy = 0; copy < 50; copy++)
        {
            for (var user = 0; user < users.Length; user++)
                accumulator.Add(new((ulong)((copy * 10) + user), 0, users[user].Exposures, users[user].Plays, users[user].Seconds));
        }

        var control = ExperimentReport.Of(Design, accumulator).Variants[0];
        Assert.Equal((200, 1_800, 400, 15_000), (control.Users, control.Exposures, control.Plays, control.PlayedSeconds));
        Assert.Equal((400.0 / 1_800, 75.0, 15_000.0 / 1_800), (control.PlayRate.Figure.Value!.Value, control.SecondsPerUser.Figure.Value!.Value, control.SecondsPerExposure.Figure.Value!.Value));

        // Deng, Knoblich and Lu 2018, equation 3: var(p / e) of means = (var p - 2 r cov(p, e) + r² var e) / (n mean(e)²).
        var (n, r, mean) = (200.0, 400.0 / 1_800, 9.0);
        double Covariance(Func<(long E, long P, double S), double> f, Func<(long E, long P, double S), double> g) =>
            50 * users.Sum(u => (f(u) - users.Average(f)) * (g(u) - users.Average(g))) / (n - 1);
        var variance = (Covariance(u => u.P, u => u.P) - (2 * r * Covariance(u => u.P, u => u.E)) + (r * r * Covariance(u => u.E, u => u.E))) / (n * mean * mean);
        Assert.Equal(Math.Sqrt(variance), control.PlayRate.Figure.StandardError!.Value, 1e-12);
        Assert.Equal(r - (1.959963984540054 * Math.Sqrt(variance)), control.PlayRate.Figure.Interval!.Value.Low, 1e-12);
    }

    [Fact]
    public void Intervals_when_over_many_experiments_hold_the_truth_as_often_as_they_say()
    {
        var (runs, rate, seconds, alike, naive) = (600, 0, 0, 0, 0);
        for (var run = 0; run < runs; run++)
        {
            var report = ExperimentReport.Of(Design, Experiment(run, 500, lift: 0.02));
            var (control, other) = (report.Variants[0], report.Variants[1]);
            if (other.PlayRate.Difference!.Interval!.Value.Holds(0.02)) rate++;
            if (control.SecondsPerUser.Figure.Interval!.Value.Holds(TrueSecondsPerUser)) seconds++;
            if (ExperimentReport.Of(Design, Experiment(run + 10_000, 500, lift: 0)).Variants[1].PlayRate.Difference!.PValue < 0.05) alike++;
            var p = (double)control.Plays / control.Exposures;
            if (Math.Abs(p - TruePlayRate) <= 1.96 * Math.Sqrt(p * (1 - p) / control.Exposures)) naive++;
        }

        Assert.InRange((double)rate / runs, 0.92, 0.98);
        Assert.InRange((double)seconds / runs, 0.92, 0.98);
        Assert.InRange((double)alike / runs, 0.02, 0.08);

        // What these users are for: exposures of one user aren't independent, and an interval that takes them so is false.
        Assert.True((double)naive / runs < 0.85, $"{(double)naive / runs}");
    }

    [Fact]
    public void Report_when_the_log_is_cut_shuffled_and_merged_is_the_same()
    {
        var whole = ExperimentReport.Of(Design, Experiment(1, 300, 0.02));
        var parts = new[] { new ExperimentAccumulator(2), new ExperimentAccumulator(2), new ExperimentAccumulator(2) };
        var random = new Random(3);
        foreach (var outcome in Outcomes(1, 300, 0.02).SelectMany(Halved).OrderBy(_ => random.Next())) parts[random.Next(3)].Add(outcome);
        parts[2].Merge(parts[0]);
        parts[2].Merge(parts[1]);
        var merged = ExperimentReport.Of(Design, parts[2]);
        Assert.Equal(whole.SampleRatio.Text, merged.SampleRatio.Text);
        foreach (var (a, b) in whole.Variants.Zip(merged.Variants))
        {
            Assert.Equal((a.Users, a.Exposures, a.Plays), (b.Users, b.Exposures, b.Plays));
            Assert.Equal(a.PlayRate, b.PlayRate);
            Assert.Equal(a.SecondsPerUser.Figure.StandardError!.Value, b.SecondsPerUser.Figure.StandardError!.Value, 1e-9);
        }
    }

    [Fact]
    public void Figures_when_few_users_carry_them_have_no_interval_and_say_so()
    {
        var accumulator = new ExperimentAccumulator(2);
        for (var user = 0UL; user < 1_000; user++) accumulator.Add(new(user, (int)(user % 2), 10, user < 20 ? 1 : 0, 0));
        var report = ExperimentReport.Of(Design, accumulator);
        Assert.All(report.Variants, variant =>
        {
            Assert.Equal((0.002, null, null), (variant.PlayRate.Figure.Value, variant.PlayRate.Figure.Interval, variant.PlayRate.Figure.StandardError));
            Assert.Contains("too few", variant.PlayRate.Figure.TooFew, StringComparison.Ordinal);
            Assert.Contains("too few", variant.SecondsPerUser.Figure.TooFew, StringComparison.Ordinal);
        });
        var difference = report.Variants[1].PlayRate.Difference!;
        Assert.Equal((0, 0, null, null), (difference.Value, difference.Relative, difference.Interval, difference.PValue));
        Assert.Contains("too few", difference.TooFew, StringComparison.Ordinal);
        Assert.Null(report.Variants[0].PlayRate.Difference);
    }

    [Fact]
    public void Users_when_in_several_variants_or_without_exposures_are_left_out_and_counted()
    {
        var accumulator = new ExperimentAccumulator(2);
        accumulator.Add(new(1, 0, 5, 1, 10));
        accumulator.Add(new(2, 0, 5, 1, 10));
        accumulator.Add(new(2, 1, 5, 1, 10));
        accumulator.Add(new(2, 1, 5, 1, 10));
        accumulator.Add(new(3, 1, 0, 0, 10));
        var report = ExperimentReport.Of(Design, accumulator);
        Assert.Equal((1, 1, 3), (report.MixedUsers, report.UnexposedUsers, accumulator.UserCount));
        Assert.Equal([1, 0], report.Variants.Select(variant => variant.Users));
        Assert.Equal("no users", report.Variants[1].PlayRate.Figure.TooFew);
        Assert.Null(report.Variants[1].PlayRate.Difference!.Value);
    }

    [Theory]
    [InlineData(2, 1, 1, 1)]
    [InlineData(-1, 1, 1, 1)]
    [InlineData(0, -1, 1, 1)]
    [InlineData(0, 1, -1, 1)]
    [InlineData(0, 1, 1, -1)]
    [InlineData(0, 1, 1, double.NaN)]
    public void Outcome_when_it_makes_no_sense_is_refused(int variant, long exposures, long plays, double seconds) =>
        Assert.Throws<ArgumentException>(() => new ExperimentAccumulator(2).Add(new(1, variant, exposures, plays, seconds)));

    // Users see 1 to 30 items and play each with a probability of their own, 0.05 or 0.45: plays of a user go together. A play lasts 60 s on average, exponentially.
    private const double TruePlayRate = 0.25;
    private const double TrueSecondsPerUser = 15.5 * TruePlayRate * 60;

    private static ExperimentAccumulator Experiment(int seed, int usersPerVariant, double lift)
    {
        var accumulator = new ExperimentAccumulator(2);
        foreach (var outcome in Outcomes(seed, usersPerVariant, lift)) accumulator.Add(outcome);
        return accumulator;
    }

    private static IEnumerable<UserOutcome> Outcomes(int seed, int usersPerVariant, double lift)
    {
        var random = new Random(seed);
        for (var user = 0; user < 2 * usersPerVariant; user++)
        {
            var (variant, exposures, plays, seconds) = (user % 2, random.Next(1, 31), 0, 0.0);
            var probability = (random.Next(2) == 0 ? 0.05 : 0.45) + (variant * lift);
            for (var exposure = 0; exposure < exposures; exposure++)
            {
                if (random.NextDouble() >= probability) continue;
                plays++;
                seconds -= 60 * Math.Log(1 - random.NextDouble());
            }

            yield return new((ulong)user, variant, exposures, plays, seconds);
        }
    }

    private static IEnumerable<UserOutcome> Halved(UserOutcome outcome)
    {
        var (exposures, plays) = (outcome.Exposures / 2, outcome.Plays / 2);
        yield return outcome with { Exposures = exposures, Plays = plays, PlayedSeconds = 0 };
        yield return outcome with { Exposures = outcome.Exposures - exposures, Plays = outcome.Plays - plays };
    }
}
