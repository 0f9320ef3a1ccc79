namespace Recsys.Training.Networks;

/// <summary>Encoded examples side by side, padded behind their last step. What the kind doesn't read is empty.</summary>
internal sealed record NetworkBatch
{
    /// <summary>Examples B.</summary>
    public required int Rows { get; init; }

    /// <summary>Steps of the longest sequence, L; else 0.</summary>
    public int Steps { get; init; }

    /// <summary>(B): true steps of each sequence.</summary>
    public long[] Lengths { get; init; } = [];

    /// <summary>(B, L): rows of the embedding.</summary>
    public long[] Ids { get; init; } = [];

    /// <summary>(B, L): <see cref="Ids"/>, the last true step first.</summary>
    public long[] ReversedIds { get; init; } = [];

    /// <summary>(B, L, W).</summary>
    public float[] Vectors { get; init; } = [];

    /// <summary>(B, L, W): <see cref="Vectors"/>, the last true step first.</summary>
    public float[] ReversedVectors { get; init; } = [];

    /// <summary>(B, C, H, W).</summary>
    public float[] Pixels { get; init; } = [];

    /// <summary>Places of all rows' features, row after row.</summary>
    public long[] FeaturePlaces { get; init; } = [];

    /// <summary>As many: their values.</summary>
    public float[] FeatureValues { get; init; } = [];

    /// <summary>As many: their rows.</summary>
    public long[] FeatureRows { get; init; } = [];

    /// <summary>(B): where the task is classes.</summary>
    public long[] Classes { get; init; } = [];

    /// <summary>(B, O) of 0 and 1 where the task is labels; (B, 1), standardised, where it's a number.</summary>
    public float[] Targets { get; init; } = [];
}
