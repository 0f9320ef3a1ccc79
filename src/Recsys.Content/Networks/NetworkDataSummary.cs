namespace Recsys.Content.Networks;

/// <summary>What a network was trained on.</summary>
public sealed record NetworkDataSummary
{
    /// <summary>Examples that its weights come from.</summary>
    public required int Train { get; init; }

    /// <summary>Examples that decided when to stop, and calibrated.</summary>
    public required int Validation { get; init; }

    /// <summary>Examples that it was measured on.</summary>
    public required int Test { get; init; }

    /// <summary>Examples that were left out, such as those of classes with too few.</summary>
    public int LeftOut { get; init; }
}
