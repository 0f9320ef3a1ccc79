using Recsys.TrainingBenchmarks;

namespace Recsys.TrainingTests.Benchmarks;

/// <summary>The throughput benchmark measures what it says, in processes of its own.</summary>
public sealed class TrainingBenchmarkTests
{
    // Four processes that load libtorch.
    [Fact]
    [Trait("Category", "Slow")]
    public async Task All_parts_when_run_learn_and_are_in_the_table()
    {
        var (output, errors) = (new StringWriter(), new StringWriter());

        var code = await BenchmarkCommandLine.RunAsync(
            ["--rounds", "1", "--seconds", "0.5", "--users", "60", "--blocks", "1", "--hidden-size", "16", "--embedding-size", "24", "--batch-windows", "8"], output, errors);

        Assert.True(code == 0, errors.ToString());
        var rows = output.ToString().Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["targets a second", "---", .. Part.All.Select(part => part.Title)], rows.Select(row => row.Split(" | ")[0][2..]));
        Assert.All(rows[2..], row => Assert.True(double.Parse(row.Split(" | ")[1].Replace(",", ""), System.Globalization.CultureInfo.InvariantCulture) > 0, row));
        Assert.Equal(Part.All.Count, errors.ToString().Split('\n').Count(line => line.Contains("targets/s")));
    }

    [Fact]
    public async Task The_plain_loop_when_run_learns()
    {
        var settings = new BenchmarkSettings { Users = 10, Blocks = 1, HiddenSize = 16, EmbeddingSize = 24, BatchWindows = 8, Seconds = 3 };

        var plain = await PartRun.RunAsync(Part.All[0], settings);

        Assert.InRange(plain.FirstLoss, 6, 8.2);
        // Not more, as a busy machine does few steps in the time.
        Assert.True(plain.LastLoss < plain.FirstLoss - 0.05, $"loss {plain.FirstLoss} to {plain.LastLoss} in {plain.Steps} steps");
        Assert.True(plain.PeakMegabytes > 50);
    }
}
