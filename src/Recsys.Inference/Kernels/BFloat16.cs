using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recsys.Inference.Kernels;

/// <summary>Conversion between float32 and bfloat16 (its upper 16 bits, rounded to nearest, ties to even).</summary>
internal static class BFloat16
{
    /// <summary>The value, exactly.</summary>
    internal static float ToSingle(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    /// <summary>The nearest one.</summary>
    internal static ushort FromSingle(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding could carry a not-a-number into infinity.
        if (float.IsNaN(value))
            return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Rounds values, none of which may be not-a-number.</summary>
    internal static void Narrow(ReadOnlySpan<float> from, Span<ushort> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var low = Round(Vector.LoadUnsafe(ref source, (nuint)i));
            var high = Round(Vector.LoadUnsafe(ref source, (nuint)(i + Vector<float>.Count)));
            Vector.Narrow(low, high).StoreUnsafe(ref target, (nuint)i);
        }
        for (; i < from.Length; i++)
            to[i] = FromSingle(from[i]);
    }

    /// <summary>The values, exactly.</summary>
    internal static void Widen(ReadOnlySpan<ushort> from, Span<float> to)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
            (low << 16).As<uint, float>().StoreUnsafe(ref target, (nuint)i);
            (high << 16).As<uint, float>().StoreUnsafe(ref target, (nuint)(i + Vector<float>.Count));
        }
        for (; i < from.Length; i++)
            to[i] = ToSingle(from[i]);
    }

    /// <summary>to += from.</summary>
    internal static void Add(Span<float> to, ReadOnlySpan<ushort> from)
    {
        var i = 0;
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
            var second = (nuint)(i + Vector<float>.Count);
            (Vector.LoadUnsafe(ref target, (nuint)i) + (low << 16).As<uint, float>()).StoreUnsafe(ref target, (nuint)i);
            (Vector.LoadUnsafe(ref target, second) + (high << 16).As<uint, float>()).StoreUnsafe(ref target, second);
        }
        for (; i < from.Length; i++)
            to[i] += ToSingle(from[i]);
    }

    /// <summary>Rounds values to those that a bfloat16 holds, in place; none may be not-a-number.</summary>
    internal static void Round(Span<float> values)
    {
        foreach (ref var value in values) value = ToSingle(FromSingle(value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Round(Vector<float> value)
    {
        var bits = value.As<float, uint>();
        return (bits + new Vector<uint>(0x7FFF) + ((bits >> 16) & Vector<uint>.One)) >> 16;
    }
}
