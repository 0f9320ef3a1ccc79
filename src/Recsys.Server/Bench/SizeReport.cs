namespace Recsys.Server.Bench;

/// <summary>What was measured with one catalogue and model.</summary>
internal sealed record SizeReport
{
    /// <summary>Items.</summary>
    public required int Items { get; init; }

    /// <summary>The live model; empty: none, lists are by popularity.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>What that model has; null: running servers were used.</summary>
    public ModelSources? Sources { get; init; }

    /// <summary>How long it took to fill the store; null: running servers were used.</summary>
    public required PreparationTimes? Preparation { get; init; }

    /// <summary>Steps of the search for the highest rate; empty: the rate was given.</summary>
    public required IReadOnlyList<RateStep> Search { get; init; }

    /// <summary>The server.</summary>
    public required LoadResult Server { get; init; }

    /// <summary>The echo service under the same load; null: left out.</summary>
    public LoadResult? Echo { get; init; }

    /// <summary>Server to echo, by kind of operation.</summary>
    public IReadOnlyDictionary<string, EchoRatio>? Ratio { get; init; }

    /// <summary>Server to echo: CPU time an operation.</summary>
    public double? CpuRatio { get; init; }
}
