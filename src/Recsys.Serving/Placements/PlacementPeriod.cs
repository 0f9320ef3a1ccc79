namespace Recsys.Serving.Placements;

/// <summary>When something holds. Default: always.</summary>
/// <param name="StartMs">From this moment on, Unix ms; null: always.</param>
/// <param name="EndMs">Up to this moment, exclusive; null: for ever.</param>
public readonly record struct PlacementPeriod(long? StartMs, long? EndMs)
{
    /// <summary>Whether it holds at a moment, Unix ms.</summary>
    public bool Holds(long nowMs) => !(nowMs < StartMs) && !(nowMs >= EndMs);

    /// <summary>Whether it never holds.</summary>
    public bool IsEmpty() => StartMs >= EndMs;

    /// <summary>Whether both hold at some moment.</summary>
    public bool Overlaps(PlacementPeriod other) => !IsEmpty() && !other.IsEmpty() && !(StartMs >= other.EndMs) && !(other.StartMs >= EndMs);
}
