using Recsys.Inference.Artefacts;

namespace Recsys.Inference.Index;

/// <summary>Item vectors, row-major (count, length), in an array or in a mapped file. Immutable.</summary>
public sealed class ItemVectors
{
    private readonly float[]? _array;
    private readonly MappedTensor? _mapped;

    /// <summary>Vectors in an array, which must not change any more.</summary>
    /// <exception cref="ArgumentException">The array is not a whole number of rows.</exception>
    public ItemVectors(float[] values, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (values.Length % length != 0) throw new ArgumentException($"There are {values.Length} values, expected whole rows of {length}.", nameof(values));
        _array = values;
        Length = length;
        Count = values.Length / length;
    }

    internal ItemVectors(MappedTensor values, int length)
    {
        _mapped = values;
        Length = length;
        Count = values.Values.Length / length;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>The length of each.</summary>
    public int Length { get; }

    /// <summary>All values. Keep this object reachable as long as the span is used (a field, or <see cref="GC.KeepAlive"/>): it owns the memory.</summary>
    public ReadOnlySpan<float> Values => _array is not null ? _array : _mapped!.Values;

    /// <summary>One vector; keep this object reachable as with <see cref="Values"/>.</summary>
    public ReadOnlySpan<float> Row(int item) => Values.Slice(checked(item * Length), Length);

    /// <summary>Several vectors, one after another; keep this object reachable as with <see cref="Values"/>.</summary>
    internal ReadOnlySpan<float> Rows(int first, int count) => Values.Slice(first * Length, count * Length);
}
