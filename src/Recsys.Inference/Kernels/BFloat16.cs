using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        if (Sixteen.Wide)
        {
            for (; i <= from.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
            {
                var low = Round(Vector512.LoadUnsafe(ref source, (nuint)i).AsUInt32());
                var high = Round(Vector512.LoadUnsafe(ref source, (nuint)(i + Sixteen.Lanes)).AsUInt32());
                Vector512.Narrow(low, high).StoreUnsafe(ref target, (nuint)i);
            }
        }
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
        if (Sixteen.Wide)
        {
            for (; i <= from.Length - Sixteen.Lanes; i += Sixteen.Lanes)
                Wide(ref source, i).StoreUnsafe(ref target, (nuint)i);
        }
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
        if (Sixteen.Wide)
        {
            for (; i <= from.Length - Sixteen.Lanes; i += Sixteen.Lanes)
                (Vector512.LoadUnsafe(ref target, (nuint)i) + Wide(ref source, i)).StoreUnsafe(ref target, (nuint)i);
        }
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

    /// <summary>Sixteen values, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Wide(ref ushort source, int at)
    {
        var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)at));
        return (Vector512.Create(low, high) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<uint> bits) => (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Round(Vector<float> value)
    {
        var bits = value.As<float, uint>();
        return (bits + new Vector<uint>(0x7FFF) + ((bits >> 16) & Vector<uint>.One)) >> 16;
    }
}
