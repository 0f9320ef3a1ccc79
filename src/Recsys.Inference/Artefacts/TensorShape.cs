namespace Recsys.Inference.Artefacts;

/// <summary>The name and shape that a tensor must have.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its dimensions.</param>
public sealed record TensorShape(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Whether it is a matrix of a block, which the network multiplies by as bfloat16.</summary>
    internal bool IsBlockMatrix => Shape.Count == 2 && Name.StartsWith("blocks.", StringComparison.Ordinal);

    /// <summary>Name and dimensions as they are written in messages.</summary>
    public override string ToString() => $"'{Name}' [{string.Join(", ", Shape)}]";
}
