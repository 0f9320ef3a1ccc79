namespace Recsys.Server.Bench;

/// <summary>How long it took to fill the store.</summary>
internal sealed record PreparationTimes
{
    public required double ItemsSeconds { get; init; }

    public required double ModelSeconds { get; init; }

    public required double EventsSeconds { get; init; }

    /// <summary>Events written, all users together.</summary>
    public required long Events { get; init; }

    /// <summary>The model to switch to; empty: none was asked for.</summary>
    public required string NextModelVersion { get; init; }
}
