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
        if (Sixteen.Wide) Widen<Lanes512>(from, to);
        else if (Sixteen.Middle) Widen<Pair<Lanes256>>(from, to);
        else Widen<Pair<Pair<Lanes128>>>(from, to);
    }

    /// <summary>to += from.</summary>
    internal static void Add(Span<float> to, ReadOnlySpan<ushort> from)
    {
        if (Sixteen.Wide) Add<Lanes512>(to, from);
        else if (Sixteen.Middle) Add<Pair<Lanes256>>(to, from);
        else Add<Pair<Pair<Lanes128>>>(to, from);
    }

    /// <summary>Rounds values to those that a bfloat16 holds, in place; none may be not-a-number.</summary>
    internal static void Round(Span<float> values)
    {
        foreach (ref var value in values) value = ToSingle(FromSingle(value));
    }

    private static void Widen<T>(ReadOnlySpan<ushort> from, Span<float> to)
        where T : struct, ILanes<T>
    {
        to = to[..from.Length];
        var i = 0;
        for (; i + Sixteen.Lanes <= from.Length; i += Sixteen.Lanes) (T.LoadBits16(in from[i]) << 16).Store(ref to[i]);
        for (; i < from.Length; i++) to[i] = ToSingle(from[i]);
    }

    private static void Add<T>(Span<float> to, ReadOnlySpan<ushort> from)
        where T : struct, ILanes<T>
    {
        to = to[..from.Length];
        var i = 0;
        for (; i + Sixteen.Lanes <= from.Length; i += Sixteen.Lanes) (T.Load(in to[i]) + (T.LoadBits16(in from[i]) << 16)).Store(ref to[i]);
        for (; i < from.Length; i++) to[i] += ToSingle(from[i]);
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
