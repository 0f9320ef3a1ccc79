namespace Recsys.Inference.Artefacts;

/// <summary>A tensor to be written into an artefact: of float32 by this constructor, of int32 by <see cref="OfIntegers"/>.</summary>
/// <param name="Name">Its name in the file, such as <c>blocks.0.lstm.bias</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Values">Its values, row-major: as many as the product of <paramref name="Shape"/>; empty where it is not of float32.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values)
{
    /// <summary>What its values are.</summary>
    public TensorType Type { get; private init; }

    /// <summary>Its values where it is of int32; else empty.</summary>
    public ReadOnlyMemory<int> Integers { get; private init; }

    /// <summary>How many values there are, of whatever type.</summary>
    internal int Length => Type == TensorType.Int32 ? Integers.Length : Values.Length;

    /// <summary>A tensor of int32.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="values">Row-major: as many as the product of <paramref name="shape"/>.</param>
    public static NamedTensor OfIntegers(string name, IReadOnlyList<int> shape, ReadOnlyMemory<int> values) =>
        new(name, shape, default) { Type = TensorType.Int32, Integers = values };
}
