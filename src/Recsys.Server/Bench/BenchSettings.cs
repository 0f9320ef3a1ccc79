namespace Recsys.Server.Bench;

/// <summary>What to load, with what.</summary>
internal sealed record BenchSettings
{
    /// <summary>Running servers; none: children are started.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>The key for running servers; empty: none.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Children to start.</summary>
    public required int Replicas { get; init; }

    /// <summary>Further words for `recsys serve`.</summary>
    public required IReadOnlyList<string> ServeArguments { get; init; }

    /// <summary>Catalogue sizes to measure, one after another.</summary>
    public required IReadOnlyList<int> Catalogue { get; init; }

    /// <summary>What the model has, one measurement each.</summary>
    public required IReadOnlyList<ModelSources> Sources { get; init; }

    /// <summary>Users.</summary>
    public required int Users { get; init; }

    /// <summary>Events that each user has before the load starts.</summary>
    public required int History { get; init; }

    /// <summary>The model's size.</summary>
    public required NetworkSize Dimensions { get; init; }

    /// <summary>Operations a second; null: the highest rate that is sustained.</summary>
    public required double? Rate { get; init; }

    /// <summary>Searching for the highest rate: p99 in milliseconds at most.</summary>
    public required double P99LimitMs { get; init; }

    /// <summary>Searching for the highest rate: how long a step is.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>How operations follow each other.</summary>
    public required ArrivalKind Arrivals { get; init; }

    /// <summary>How long is measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>How long load goes on before that.</summary>
    public required double WarmUpSeconds { get; init; }

    /// <summary>Shares of the operations.</summary>
    public required OperationMix Mix { get; init; }

    /// <summary>Connections, each with one stream.</summary>
    public required int Streams { get; init; }

    /// <summary>Events in a message.</summary>
    public required int Batch { get; init; }

    /// <summary>Share of the users whose lists are watched, 0 to 1.</summary>
    public required double Subscribe { get; init; }

    /// <summary>Items in a list.</summary>
    public required int PageSize { get; init; }

    /// <summary>Whose turn it is.</summary>
    public required UserChoice UserChoice { get; init; }

    /// <summary>How uneven, for Zipf.</summary>
    public required double ZipfExponent { get; init; }

    /// <summary>So many operations wait for their answer at the most; what comes above is an error.</summary>
    public required int MaxInFlight { get; init; }

    /// <summary>While measuring, the servers switch to another model.</summary>
    public required bool SwitchModel { get; init; }

    /// <summary>Also against the echo service.</summary>
    public required bool Echo { get; init; }

    /// <summary>Of everything random.</summary>
    public required int Seed { get; init; }
}
