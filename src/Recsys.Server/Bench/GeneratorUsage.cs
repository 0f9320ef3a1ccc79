namespace Recsys.Server.Bench;

/// <summary>Whether the generator kept up.</summary>
internal sealed record GeneratorUsage
{
    /// <summary>Its own process; null: not known.</summary>
    public required ProcessUsage? Process { get; init; }

    /// <summary>From when operations were due to when they were handed to the connection.</summary>
    public required double LagP50Ms { get; init; }

    public required double LagP99Ms { get; init; }

    public required double LagMaxMs { get; init; }

    /// <summary>Why the figures may be the generator's rather than the server's; null: they aren't.</summary>
    public required string? Warning { get; init; }
}
