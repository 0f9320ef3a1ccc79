using System.Text.Json;

namespace Recsys.Serving.Models;

/// <summary>
/// Reads one line of <c>recsys-train --progress json</c>. Fields that are absent, null or unknown don't matter: an older or newer trainer still shows what it
/// can.
/// </summary>
internal static class ProgressLine
{
    /// <summary>The report of a line; null: it isn't one.</summary>
    public static TrainingProgress? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "phase") is not { Length: > 0 } phase) return null;
            return new()
            {
                Phase = phase switch { "read" => "export", "done" => "write", _ => phase },
                Epoch = (int)Number(root, "epoch", 0),
                EpochCount = (int)Number(root, "epoch_count", 0),
                Fraction = Math.Clamp(Number(root, "fraction", 0), 0, 1),
                Loss = Number(root, "loss", 0),
                EventsPerSecond = Number(root, "events_per_second", 0),
                RemainingSeconds = Number(root, "remaining_seconds", double.NaN),
                ValidationMetrics = Metrics(root),
                Message = Text(root, "message") ?? "",
            };
        }
        catch (JsonException)
        {
            // Libraries print what they like; only reports are JSON objects with a phase.
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double Number(JsonElement element, string name, double absent) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : absent;

    private static List<MetricsAtK> Metrics(JsonElement root)
    {
        var metrics = new List<MetricsAtK>();
        if (!root.TryGetProperty("validation_metrics", out var list) || list.ValueKind != JsonValueKind.Array) return metrics;
        foreach (var entry in list.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object) continue;
            var k = (int)Number(entry, "k", 0);
            metrics.Add(new(k, Number(entry, "ndcg", 0), Number(entry, "recall", 0), Number(entry, "mrr", 0), Number(entry, "coverage", 0)));
        }

        return metrics;
    }
}
