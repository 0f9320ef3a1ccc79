using System.Runtime.InteropServices;
using Recsys.Inference.Artefacts;
using static TorchSharp.torch;

namespace Recsys.Training.Networks;

/// <summary>A tensor of weights with its gradient. The optimiser works on its memory; libtorch reads it in the next step.</summary>
/// <param name="shape">Name and shape as the artefact has them.</param>
/// <param name="tensor">The weights.</param>
/// <param name="isTransposed">Whether a row of the tensor is a column of the artefact's matrix, so that a sparse vector reads few of them.</param>
internal sealed class NetworkParameter(TensorShape shape, Tensor tensor, bool isTransposed)
{
    public string Name => shape.Name;

    public IReadOnlyList<int> Shape => shape.Shape;

    public Tensor Tensor { get; } = tensor;

    public Span<float> Values => MemoryMarshal.Cast<byte, float>(Tensor.bytes);

    /// <summary>The gradient's values in the order of <see cref="Values"/>; null: no step has reached it.</summary>
    public Tensor? Gradient()
    {
        var gradient = Tensor.grad;
        return gradient is null || gradient.is_contiguous() ? gradient : gradient.contiguous();
    }

    /// <summary>The values as the artefact has them.</summary>
    public float[] ToArtefact()
    {
        if (!isTransposed)
            return Values.ToArray();
        var (rows, columns) = (Shape[0], Shape[1]);
        var from = Values;
        var values = new float[from.Length];
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                values[(row * columns) + column] = from[(column * rows) + row];
        return values;
    }

    /// <summary>Takes values as the artefact has them.</summary>
    public void FromArtefact(ReadOnlySpan<float> values)
    {
        if (!isTransposed)
        {
            values.CopyTo(Values);
            return;
        }
        var (rows, columns) = (Shape[0], Shape[1]);
        var to = Values;
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                to[(column * rows) + row] = values[(row * columns) + column];
    }
}
