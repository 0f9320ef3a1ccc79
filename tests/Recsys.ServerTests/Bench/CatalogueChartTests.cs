using System.Globalization;
using System.Xml.Linq;
using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>The picture of a sweep.</summary>
public sealed class CatalogueChartTests
{
    [Fact]
    public void Picture_when_drawn_is_an_svg_with_a_point_a_size_and_slower_ones_higher()
    {
        var report = new BenchReport
        {
            StartTime = DateTimeOffset.UnixEpoch,
            Interrupted = false,
            Machine = MachineFacts.Read() with { Processor = "R&D <one>" },
            Settings = Settings(),
            Results = [Size(10_000, p99: 2), Size(100_000, p99: 20), Size(1_000_000, p99: 200)],
        };
        var svg = XDocument.Parse(CatalogueChart.Draw(report)).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToArray();
        Assert.All(new[] { "10k", "100k", "1m", "events p99", "p50" }, text => Assert.Contains(text, texts));
        Assert.Contains(texts, text => text.Contains("R&D <one>", StringComparison.Ordinal));

        // The first three circles are the p99's; y counts downwards, and both axes are logarithmic.
        var points = svg.Descendants().Where(element => element.Name.LocalName == "circle").Select(circle => (X: Number(circle, "cx"), Y: Number(circle, "cy"))).ToArray();
        Assert.Equal(6, points.Length);
        Assert.Equal(points[1].X - points[0].X, points[2].X - points[1].X, tolerance: 0.2);
        Assert.Equal(points[0].Y - points[1].Y, points[1].Y - points[2].Y, tolerance: 0.2);
        Assert.True(points[0].Y > points[1].Y);
        Assert.True(points[0].X < points[1].X);
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static SizeReport Size(int items, double p99) => new() { Items = items, ModelVersion = "session-1", Preparation = null, Search = [], Server = SampleResult.Of(100, p99, 0) };

    private static BenchSettings Settings() => new()
    {
        Servers = [],
        ApiKey = "",
        Namespace = "default",
        Replicas = 1,
        ServeArguments = [],
        Catalogue = [10_000, 100_000, 1_000_000],
        Sources = [ModelSources.All],
        Users = 1,
        History = 0,
        Dimensions = new NetworkSize(128, 128, 2),
        Rate = 100,
        P99LimitMs = 50,
        StepSeconds = 1,
        Arrivals = ArrivalKind.Poisson,
        Seconds = 1,
        WarmUpSeconds = 0,
        Mix = OperationMix.Parse("events=1"),
        Streams = 1,
        Batch = 1,
        Subscribe = 0,
        PageSize = 20,
        UserChoice = UserChoice.Distinct,
        ZipfExponent = 1,
        MaxInFlight = 1,
        SwitchModel = false,
        Echo = false,
        Seed = 1,
    };
}
