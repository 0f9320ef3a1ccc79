using System.Runtime.InteropServices;

namespace Recsys.Inference.Artefacts;

/// <summary>Writes float32 and int32 tensors as a safetensors file (see huggingface/safetensors, "Format").</summary>
public static class SafetensorsWriter
{
    private const int SliceValues = 1 << 20;

    /// <summary>Writes the tensors in the given order.</summary>
    /// <exception cref="ArgumentException">A name is given twice, or a tensor's values are not as many as its shape says.</exception>
    public static void Write(Stream target, IReadOnlyList<NamedTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name)) throw new ArgumentException($"Tensor '{tensor.Name}' is given twice.", nameof(tensors));
            var expected = tensor.Shape.Aggregate(1L, (product, size) => checked(product * size));
            if (expected != tensor.Length)
            {
                throw new ArgumentException(
                    $"Tensor {new TensorShape(tensor.Name, tensor.Shape)} has {tensor.Length} values, expected {expected}.", nameof(tensors));
            }
        }

        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("safetensors files are little-endian, this machine is not.");
        target.Write(SafetensorsHeader.Write(tensors));
        foreach (var tensor in tensors)
        {
            // In slices, because a span of bytes cannot hold more than 2 GB.
            for (var at = 0; at < tensor.Length; at += SliceValues)
            {
                var count = Math.Min(SliceValues, tensor.Length - at);
                target.Write(tensor.Type == TensorType.Int32
                    ? MemoryMarshal.AsBytes(tensor.Integers.Span.Slice(at, count))
                    : MemoryMarshal.AsBytes(tensor.Values.Span.Slice(at, count)));
            }
        }
    }
}
