namespace Recsys.Content.Preprocessing;

/// <summary>An example as its network reads it, in training and serving alike. What the kind doesn't read is empty.</summary>
public sealed record NetworkInput
{
    /// <summary>Dense: the vector. Text with the wide way: words and pairs.</summary>
    public SparseVector Features { get; init; } = SparseVector.Empty;

    /// <summary>Convolutional: (channels, height, width) row-major, normalised.</summary>
    public float[] Pixels { get; init; } = [];

    /// <summary>
    /// Text, and recurrent where steps are categories: rows of the embedding, oldest first, at least one. No padding: whoever batches pads, and leaves what was
    /// padded out.
    /// </summary>
    public int[] Ids { get; init; } = [];

    /// <summary>Recurrent where steps are vectors: (steps, width) row-major, oldest first, at least one.</summary>
    public float[] Vectors { get; init; } = [];
}
