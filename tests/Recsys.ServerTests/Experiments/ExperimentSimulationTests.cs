using Recsys.ServerTests.Running;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Experiments;

/// <summary>Experiments from end to end: lists of a real server by variant, simulated users who play of them, and the report from the log.</summary>
public sealed class ExperimentSimulationTests(ITestOutputHelper output)
{
    private const int Users = 2_000;

    [Fact]
    public async Task Report_finds_a_known_difference_none_between_equal_variants_and_lost_exposures()
    {
        await using var server = await RunningServer.StartAsync();
        var clients = server.Clients;
        await SimulatedAudience.FillCatalogueAsync(clients);
        var audience = new SimulatedAudience(clients, Users);
        foreach (var (placement, weight) in new[] { ("ab", 1.0), ("aa", 0), ("lossy", 1) }) await StartAsync(clients, placement, weight);

        // What everybody plays now against the newest items of the catalogue.
        var truth = await audience.RunAsync("ab", seed: 1);
        Assert.Equal(SimulatedAudience.OtherRate, truth["newest"], 1e-6);
        Assert.Equal(SimulatedAudience.HitRate, truth["test"], 1e-6);
        var report = await audience.ReportAsync("ab");
        output.WriteLine(report.ToString());
        Assert.Equal(SampleRatioVerdict.Balanced, report.SampleRatio.Verdict);
        Assert.Equal((Users, Users * SimulatedAudience.PageSize), ((int)report.Variants.Sum(v => v.Users), (int)report.Variants.Sum(v => v.Exposures)));
        foreach (var variant in report.Variants)
        {
            Holds(variant.PlayRate.Interval, truth[variant.Name]);
            Holds(variant.SecondsPerUser.Interval, truth[variant.Name] * SimulatedAudience.PageSize * 60);
            Holds(variant.SecondsPerExposure.Interval, truth[variant.Name] * 60);
        }

        var difference = report.Variants.Single(v => !v.Control).PlayRate.Difference;
        Holds(difference.Interval, SimulatedAudience.HitRate - SimulatedAudience.OtherRate);
        Assert.True(difference.Interval.Low > 0 && difference.PValue < 1e-6, difference.ToString());

        // Variants that are alike.
        await audience.RunAsync("aa", seed: 2);
        report = await audience.ReportAsync("aa");
        difference = report.Variants.Single(v => !v.Control).PlayRate.Difference;
        Holds(difference.Interval, 0);
        Assert.True(difference.PValue > 0.05 && report.SampleRatio.Verdict == SampleRatioVerdict.Balanced, report.ToString());

        // A fifth of one variant's users get lost.
        await audience.RunAsync("lossy", seed: 3, (user, variant) => variant == "test" && user % 5 == 0);
        report = await audience.ReportAsync("lossy");
        Assert.Equal((SampleRatioVerdict.Mismatch, true), (report.SampleRatio.Verdict, report.SampleRatio.WorstVariant.Length > 0));
    }

    private static void Holds(ConfidenceInterval interval, double value) => Assert.InRange(value, interval.Low, interval.High);

    /// <summary>An experiment of the placement's id, half and half: the newest items against what is trending with a weight.</summary>
    private static async Task StartAsync(Clients clients, string placement, double weight)
    {
        await clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = placement } });
        await clients.Experiments.PutExperimentAsync(new()
        {
            Experiment = new()
            {
                ExperimentId = placement,
                Placement = placement,
                Control = "newest",
                Variants = { VariantOf("newest", 0), VariantOf("test", weight) },
            },
        });

        static ExperimentVariant VariantOf(string name, double weight) => new() { Name = name, Share = 0.5, Sources = { new PlacementSource { Source = CandidateSource.Trending, Weight = weight } } };
    }
}
