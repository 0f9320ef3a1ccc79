namespace Recsys.Inference.Experiments;

/// <summary>What happened in a variant, over its users with an exposure.</summary>
public sealed record VariantReport
{
    /// <summary>The variant.</summary>
    public required string Name { get; init; }

    /// <summary>The others are compared with it.</summary>
    public required bool IsControl { get; init; }

    /// <summary>Users with an exposure.</summary>
    public required long Users { get; init; }

    /// <summary>Items shown to them.</summary>
    public required long Exposures { get; init; }

    /// <summary>Shown items that were played.</summary>
    public required long Plays { get; init; }

    /// <summary>How long, in all.</summary>
    public required double PlayedSeconds { get; init; }

    /// <summary>Plays an exposure.</summary>
    public required VariantFigure PlayRate { get; init; }

    /// <summary>Played seconds a user with an exposure.</summary>
    public required VariantFigure SecondsPerUser { get; init; }

    /// <summary>Played seconds an exposure.</summary>
    public required VariantFigure SecondsPerExposure { get; init; }
}
