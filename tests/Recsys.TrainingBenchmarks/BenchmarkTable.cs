using System.Globalization;
using System.Text;

namespace Recsys.TrainingBenchmarks;

/// <summary>The measurements as a table in Markdown.</summary>
internal static class BenchmarkTable
{
    /// <summary>A row a part, and a line on what was measured.</summary>
    /// <param name="found">Each part's measurements, a round each.</param>
    /// <param name="settings">What was measured.</param>
    /// <param name="load">The system's load averages before.</param>
    public static string Of(IReadOnlyDictionary<Part, List<Measurement>> found, BenchmarkSettings settings, string load)
    {
        var plain = Median(found[Part.All[0]].Select(Rate));
        var kept = Median(found[Part.All[1]].Select(Rate));
        var bfloat16 = found.Values.Any(measurements => measurements.Any(measurement => measurement.BFloat16));
        var rounds = Enumerable.Range(1, settings.Rounds).Select(round => $"round {round}");
        var text = new StringBuilder();
        Line(text, ["targets a second", .. rounds, "median", "to the plain loop", "to it with the allocator set", "a processor second", "peak memory"]);
        Line(text, Enumerable.Repeat("---", settings.Rounds + 6));
        foreach (var part in Part.All)
        {
            var median = Median(found[part].Select(Rate));
            Line(text, [
                part.Title, .. found[part].Select(measurement => Number(measurement.TargetsPerSecond)), Number(median),
                Ratio(median / plain), Ratio(median / kept),
                Number(Median(found[part].Select(measurement => measurement.TargetsPerProcessorSecond))), $"{Number(found[part].Max(measurement => measurement.PeakMegabytes))} MB"]);
        }
        text.Append(CultureInfo.InvariantCulture, $"\n{settings.Blocks} blocks of {settings.HiddenSize} on embeddings of {settings.EmbeddingSize}, ");
        text.Append(CultureInfo.InvariantCulture, $"batches of {settings.BatchWindows} windows, {settings.TrainingSet ?? "a generated log"}, ");
        text.Append(CultureInfo.InvariantCulture, $"{settings.Threads} threads on {Environment.ProcessorCount} processors; ");
        text.Append(CultureInfo.InvariantCulture, $"the trainer's products in {(bfloat16 ? "bfloat16" : "float32")}, the plain loop's in float32.\n");
        text.Append(CultureInfo.InvariantCulture, $"Load average before: {load} (should be near 0: libtorch's threads wait for each other, so other work costs the plain loop more).\n");
        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static double Rate(Measurement measurement) => measurement.TargetsPerSecond;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
