namespace Recsys.Training.Tuning;

/// <summary>How a tuning began: kept in the state folder, so that the same command goes on with it.</summary>
internal sealed record TuningStart
{
    /// <summary>Everything that the outcome depends on, a line each: data, space, preset, seed... Another tuning has other lines.</summary>
    public required IReadOnlyList<string> Purpose { get; init; }

    /// <summary>The rungs.</summary>
    public required IReadOnlyList<Rung> Rungs { get; init; }

    /// <summary>Seconds that an epoch of the preset took when it was measured; 0: it wasn't.</summary>
    public required double SecondsAnEpoch { get; init; }

    /// <summary>Seconds that a training takes besides its epochs.</summary>
    public required double SecondsATraining { get; init; }

    /// <summary>Seconds that measuring took: a part of the budget.</summary>
    public required double SecondsToMeasure { get; init; }
}
