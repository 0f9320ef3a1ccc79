namespace Recsys.Training.Session;

/// <summary>One tensor of the network among the flat weights, under its name in the artefact.</summary>
/// <param name="Name">E.g. <c>blocks.0.lstm.weight_ih</c>.</param>
/// <param name="Shape">Rows first.</param>
/// <param name="Offset">Place of its first float.</param>
internal sealed record WeightSlot(string Name, int[] Shape, int Offset)
{
    /// <summary>Floats.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>Matrices and embeddings shrink by weight decay, biases and norms don't.</summary>
    public bool Decays => Shape.Length == 2;

    /// <summary>Whether it is a matrix of a block.</summary>
    public bool IsBlockMatrix => MayBeBFloat16 && Shape.Length == 2;

    /// <summary>Whether it is the matrix or bias of a block, which may be computed in bfloat16; embeddings and norms are always float32.</summary>
    public bool MayBeBFloat16 => Name.StartsWith("blocks.", StringComparison.Ordinal) && !Name.Contains(".norm", StringComparison.Ordinal);
}
