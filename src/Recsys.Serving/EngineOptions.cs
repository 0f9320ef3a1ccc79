using System.ComponentModel.DataAnnotations;

namespace Recsys.Serving;

/// <summary>Settings of the engine.</summary>
public sealed record EngineOptions
{
    /// <summary>Where model artefacts are kept. Range: a folder that can be written. Default: set by the host beside the store's file.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>The trainer's program. Range: path of an executable. Default: found beside the server's own program.</summary>
    public string TrainerPath { get; init; } = "";

    /// <summary>Settings of every training and evaluation that isn't given others, laid over what the data's shape suggests. Range: a JSON file as <c>recsys tune</c> writes. Default: none.</summary>
    public string TrainerSettings { get; init; } = "";

    /// <summary>A play without an event for this long is closed. Unit: minutes. Range: 1 to 1,440. Default: 30.</summary>
    [Range(1, 1_440)]
    public int PlayTimeoutMinutes { get; init; } = 30;

    /// <summary>Events waiting for their commit, in the whole engine; above it writes are answered Overloaded. Unit: events. Range: 1,000 to 10,000,000. Default: 100,000.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxPendingEvents { get; init; } = 100_000;

    /// <summary>On a shared store: how often to ask for what other replicas changed (catalogue, keys, models, placements). Unit: ms. Range: 50 to 60,000. Default: 500.</summary>
    [Range(50, 60_000)]
    public int RefreshMs { get; init; } = 500;

    /// <summary>Before a switch of models: how long the states of recent users are prepared at most, and other replicas waited for. Unit: seconds. Range: 0 to 3,600. Default: 300.</summary>
    [Range(0, 3_600)]
    public int PrepareSeconds { get; init; } = 300;

    /// <summary>Half-life of trending counts, new to a ranker that was fitted to another: it ranks without these counts until the next training. Unit: hours. Range: 1 to 8,760. Default: 24.</summary>
    [Range(1, 8_760)]
    public int TrendingHalfLifeHours { get; init; } = 24;

    /// <summary>Where the log is archived to, as Parquet files by day. Range: a folder of this store's own, such as a mounted volume; empty: nowhere. Default: nowhere.</summary>
    public string Archive { get; init; } = "";

    /// <summary>How often new log entries go to the archive. Unit: minutes. Range: 0 to 1,440; 0: every second, on Redis every 10 seconds. Default: 10.</summary>
    [Range(0, 1_440)]
    public int ArchiveInterval { get; init; } = 10;

    /// <summary>Within this time the archive's files are rewritten without what was deleted or undone. Unit: hours. Range: 0 to 8,760; 0: at the next interval. Default: 24.</summary>
    [Range(0, 8_760)]
    public int EraseHours { get; init; } = 24;

    /// <summary>How often namespaces are trained again by the server itself, where at least 100 interactions are new.
    /// Range: a number with s, m, h or d, such as 6h; empty: never. Default: never.</summary>
    [RegularExpression("([1-9][0-9]{0,5}[smhd])?", ErrorMessage = "LearnEvery: must be a number with s, m, h or d, such as 6h.")]
    public string LearnEvery { get; init; } = "";

    /// <summary>A namespace is trained again by the server itself after so many new interactions. Unit: interactions. Range: 0 to 1,000,000,000; 0: whatever their number. Default: 0.</summary>
    [Range(0, 1_000_000_000)]
    public int LearnAfterInteractions { get; init; }

    /// <summary>How many threads a training of the server's own has. Unit: threads. Range: 1 to 256. Default: 1.</summary>
    [Range(1, 256)]
    public int LearnThreads { get; init; } = 1;

    /// <summary>Trainings of the server's own begin from nothing, not from the live model's weights. Range: true or false. Default: false.</summary>
    public bool LearnCold { get; init; }

    /// <summary>How many models of a namespace are kept, the newest; the live one, the one before it and those that running experiments name are kept besides. Unit: models.
    /// Range: 1 to 1,000. Default: 5.</summary>
    [Range(1, 1_000)]
    public int KeepModels { get; init; } = 5;

    /// <summary>Whether this engine replays what was, for an evaluation: lists then don't depend on how fast it goes.</summary>
    internal bool IsReplay { get; init; }
}
