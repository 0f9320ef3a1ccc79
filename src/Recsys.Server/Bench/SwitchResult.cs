namespace Recsys.Server.Bench;

/// <summary>What a switch of the model did to the load.</summary>
internal sealed record SwitchResult
{
    /// <summary>The model that went live.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>From the call to its answer: states of recent users were prepared, and all servers switched.</summary>
    public required double Seconds { get; init; }

    /// <summary>Latencies by kind of those due before, during and after it.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, LatencySummary>> Phases { get; init; }
}
