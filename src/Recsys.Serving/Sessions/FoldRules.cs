namespace Recsys.Serving.Sessions;

/// <summary>The limits that a fold keeps to. All replicas and the training export must use the same ones.</summary>
internal sealed record FoldRules
{
    /// <summary>A play without an event for this long is closed, at the time of its last event plus this.</summary>
    public long PlayTimeoutMs { get; init; } = 30 * 60_000;

    /// <summary>A ring that reaches this many interactions is cut.</summary>
    public int RingLimit { get; init; } = 300;

    /// <summary>What a cut leaves: the newest.</summary>
    public int RingKeep { get; init; } = 200;

    /// <summary>Open plays of one user; one more closes the oldest.</summary>
    public int MaxOpenPlays { get; init; } = 8;

    /// <summary>Items in one of the two generations of <see cref="OlderItems"/>.</summary>
    public int OlderGeneration { get; init; } = 10_000;

    /// <summary>A refold reads at most this many of the user's newest log entries.</summary>
    public int RefoldReach { get; init; } = 20_000;
}
