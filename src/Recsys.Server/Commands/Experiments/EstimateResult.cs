using Recsys.Inference.Experiments;

namespace Recsys.Server.Commands.Experiments;

/// <summary>What `recsys experiments estimate` found.</summary>
internal sealed record EstimateResult
{
    /// <summary>The log's file.</summary>
    public required string Log { get; init; }

    /// <summary>The policy in question, as the command line says it.</summary>
    public required string Policy { get; init; }

    /// <summary>How many actions a uniform policy chooses from; null: it isn't uniform.</summary>
    public required int? Actions { get; init; }

    /// <summary>The column of the units; null: each row is one.</summary>
    public required string? UnitColumn { get; init; }

    /// <summary>What the log says.</summary>
    public required OffPolicyReport Report { get; init; }

    /// <summary>The log to compare with; null: there is none.</summary>
    public string? TruthLog { get; init; }

    /// <summary>What the policy earned there; null: there is none.</summary>
    public OffPolicyReport? Truth { get; init; }

    /// <summary>Whether what it earned there lies inside the interval; null where there is no interval or no truth.</summary>
    public bool? Inside => Truth is { } truth && Report.Estimate is { } estimate ? estimate.Interval.Holds(truth.LoggedMean) : null;

    /// <summary>The same of the interval from cut weights.</summary>
    public bool? InsideClipped => Truth is { } truth && Report.Clipped?.Interval is { } interval ? interval.Holds(truth.LoggedMean) : null;
}
