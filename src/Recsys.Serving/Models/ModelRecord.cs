using System.Text.Json;
using Recsys.Inference.Artefacts;

namespace Recsys.Serving.Models;

/// <summary>A trained model; the fields are those of recsys.v1.Model.</summary>
public sealed record ModelRecord
{
    /// <summary>E.g. "session-3".</summary>
    public required string ModelVersion { get; init; }

    /// <summary>Whether it ranks the lists now.</summary>
    public required bool Live { get; init; }

    /// <summary>End of training, Unix ms.</summary>
    public required long CreateTimeMs { get; init; }

    /// <summary>Interactions trained on.</summary>
    public required long InteractionCount { get; init; }

    /// <summary>Users trained on.</summary>
    public required long UserCount { get; init; }

    /// <summary>Items known.</summary>
    public required long ItemCount { get; init; }

    /// <summary>On validation interactions.</summary>
    public required IReadOnlyList<MetricsAtK> ValidationMetrics { get; init; }

    /// <summary>What whoever serves it should know first.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = value ?? []; } = [];

    /// <summary>How it compared with the model that was live before it, and what followed from that; empty: it wasn't compared.</summary>
    public string Verdict { get; init => field = value ?? ""; } = "";

    /// <summary>Seconds of training.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Settings as JSON.</summary>
    public required string SettingsJson { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long ArtefactBytes { get; init; }

    /// <summary>Of a finished artefact.</summary>
    internal static ModelRecord Of(ArtefactManifest manifest, string version, string verdict) => new()
    {
        ModelVersion = version,
        Live = false,
        CreateTimeMs = manifest.Created.ToUnixTimeMilliseconds(),
        InteractionCount = manifest.Data.Interactions,
        UserCount = manifest.Data.Users,
        ItemCount = manifest.Data.Items,
        ValidationMetrics = [.. manifest.Metrics.Select(score => new MetricsAtK(score.K, score.Ndcg, score.Recall, score.Mrr, score.Coverage))],
        Warnings = manifest.Warnings,
        Verdict = verdict,
        TrainingSeconds = manifest.TrainingSeconds,
        SettingsJson = SettingsOf(manifest),
        ArtefactBytes = manifest.Files.Values.Sum(file => file.Bytes),
    };

    /// <summary>As a server serves it, with a warning where its trending counts aren't those that the ranker was fitted to.</summary>
    /// <param name="trendingHalfLifeHours">The server's.</param>
    internal ModelRecord ServedWith(int trendingHalfLifeHours)
    {
        using var settings = JsonDocument.Parse(SettingsJson);
        var fitted = settings.RootElement.TryGetProperty("trending_half_life_hours", out var hours) ? hours.GetInt32() : 0;
        return WarningOf(fitted, trendingHalfLifeHours) is { } warning ? this with { Warnings = [.. Warnings, warning] } : this;
    }

    /// <summary>What is wrong where counts halve otherwise than those that a ranker was fitted to; null: nothing.</summary>
    /// <param name="fitted">Hours; 0: there is no such ranker.</param>
    /// <param name="served">Hours.</param>
    internal static string? WarningOf(int fitted, int served) => fitted == 0 || fitted == served
        ? null
        : $"Its ranker was fitted to trending counts that halve in {fitted} h; the server's halve in {served} h (--trending-half-life-hours): it ranks without them and without what was watched next "
            + "until the next training.";

    private static string SettingsOf(ArtefactManifest manifest)
    {
        using var document = JsonDocument.Parse(manifest.ToJson());
        return document.RootElement.GetProperty("settings").GetRawText();
    }
}
