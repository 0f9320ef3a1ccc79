using Recsys.Server.Commands.Experiments;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys experiments` against a running server.</summary>
public sealed class ExperimentsOnServerTests : IDisposable
{
    private const string Home = """
        {"experiment_id": "test", "placement": "home", "control": "a", "variants": [{"name": "a", "share": 0.5},
          {"name": "b", "share": 0.5, "sources": [{"source": "CANDIDATE_SOURCE_TRENDING", "weight": 0}]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Experiment_when_put_got_reported_on_and_stopped_is_so()
    {
        await using var server = await RunningServer.StartAsync();
        var file = _folder.File("test.json");
        await File.WriteAllTextAsync(file, Home);
        await server.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home" } });
        Assert.StartsWith("test runs in placement home since ", (await RunAsync(server, "put", "--file", file)).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("a 50 %, b 50 %", (await RunAsync(server, "list")).Succeeds().Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, (await RunAsync(server, "get", "test")).Succeeds().Output);
        await server.Clients.Events.WriteEventsAsync(Sample.Write(
            [.. Enumerable.Range(0, 40).Select(i => new Event { UserId = $"u{i}", Type = EventType.Impression, ItemId = "x", Placement = "home", RecommendationId = $"l{i}" })]));
        var report = (await RunAsync(server, "report", "test")).Succeeds().Output;
        Assert.Contains("a (control)", report, StringComparison.Ordinal);
        Assert.Contains("Verdict: of b there is too little to say anything (too few", report, StringComparison.Ordinal);
        var json = (await RunAsync(server, "report", "test", "--json")).Succeeds().Json[0];
        Assert.Equal(40, json.GetProperty("variants").EnumerateArray().Sum(variant => int.Parse(variant.GetProperty("users").GetString()!)));

        Assert.StartsWith("test is stopped since ", (await RunAsync(server, "stop", "test")).Succeeds().Output, StringComparison.Ordinal);
        (await RunAsync(server, "put", "--file", file)).IsRefused("get it again");
        Assert.Equal("test is deleted.\n", (await RunAsync(server, "delete", "test")).Succeeds().Output);
    }

    [Fact]
    public void Verdict_says_which_way_it_is_or_that_there_is_none()
    {
        var report = new ExperimentReport
        {
            SampleRatio = new SampleRatio { Verdict = SampleRatioVerdict.Balanced },
            Variants = { new VariantReport { Name = "a", Control = true }, Variant("b", 0.1, 0.05, 0.15), Variant("c", -0.1, -0.15, -0.05), Variant("d", 0.01, -0.04, 0.06) },
        };
        Assert.Equal(
            "Verdict: the play rate of b is HIGHER than that of a by 50.0 % (p = 0.001); the play rate of c is LOWER than that of a by 50.0 % (p = 0.001); "
            + "no evidence that the play rate of d differs from that of a.",
            ReportTable.VerdictOf(report));
        report.SampleRatio.Verdict = SampleRatioVerdict.Mismatch;
        Assert.StartsWith("Verdict: NONE", ReportTable.VerdictOf(report), StringComparison.Ordinal);
    }

    private static VariantReport Variant(string name, double value, double low, double high) => new()
    {
        Name = name,
        PlayRate = new() { Value = 0.2 + value, Difference = new() { Value = value, Relative = value * 5, Interval = new() { Low = low, High = high }, PValue = 0.001 } },
    };

    private Task<CommandRun> RunAsync(RunningServer server, params string[] words) =>
        CommandRun.RunAsync(_folder.Path, ["experiments", .. words, "--server", server.Host.Addresses.Grpc!.OriginalString]);
}
