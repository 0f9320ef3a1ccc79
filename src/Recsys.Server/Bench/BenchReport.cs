using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recsys.Server.Bench;

/// <summary>Everything that a run of `recsys bench` found.</summary>
internal sealed record BenchReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
    };

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>True: it was ended before its time.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>Where.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>What was asked for.</summary>
    public required BenchSettings Settings { get; init; }

    /// <summary>The results, a catalogue size each.</summary>
    public required IReadOnlyList<SizeReport> Results { get; init; }

    /// <summary>For programs.</summary>
    public string ToJson()
    {
        var report = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        var settings = report["settings"]!.AsObject();
        settings.Remove("api_key"); // a secret
        settings["mix"] = Settings.Mix.Text;
        settings["dimensions"] = Settings.Dimensions.ToString();
        return report.ToJsonString(Json);
    }
}
