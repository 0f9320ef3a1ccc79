namespace Recsys.Content.Preprocessing;

/// <summary>The values of a vector that aren't 0.</summary>
/// <param name="Indices">Their places, ascending, each once.</param>
/// <param name="Values">As many.</param>
public sealed record SparseVector(int[] Indices, float[] Values)
{
    /// <summary>All zeros.</summary>
    public static SparseVector Empty { get; } = new([], []);
}
