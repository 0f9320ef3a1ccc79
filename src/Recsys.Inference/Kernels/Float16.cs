using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recsys.Inference.Kernels;

/// <summary>Conversion to and from IEEE 754 half precision, to nearest, ties to even; larger values become 65,504, the largest half, not infinite.</summary>
internal static class Float16
{
    private const float MaxHalf = 65504f;
    private const float MinNormalHalf = 6.103515625e-05f;

    /// <summary>Rounds floats to values that a half holds exactly, in place.</summary>
    internal static void Round(Span<float> values)
    {
        if (Sixteen.Wide) Round<Lanes512>(values);
        else if (Sixteen.Middle) Round<Pair<Lanes256>>(values);
        else Round<Pair<Pair<Lanes128>>>(values);
    }

    internal static void Round<T>(Span<float> values)
        where T : struct, ILanes<T>
    {
        var i = 0;
        for (; i + Sixteen.Lanes <= values.Length; i += Sixteen.Lanes) Rounded(T.Load(in values[i])).Store(ref values[i]);
        if (i < values.Length) Tail.Store(Rounded(Tail.Load<T>(values[i..])), values[i..]);
    }

    /// <summary>Rounds floats to halves.</summary>
    internal static void Narrow(ReadOnlySpan<float> source, Span<Half> target)
    {
        if (Sixteen.Wide) Narrow<Lanes512>(source, target);
        else if (Sixteen.Middle) Narrow<Pair<Lanes256>>(source, target);
        else Narrow<Pair<Pair<Lanes128>>>(source, target);
    }

    internal static void Narrow<T>(ReadOnlySpan<float> source, Span<Half> target)
        where T : struct, ILanes<T>
    {
        var bits = MemoryMarshal.Cast<Half, ushort>(target[..source.Length]);
        var i = 0;
        for (; i + Sixteen.Lanes <= source.Length; i += Sixteen.Lanes) HalfBits(T.Load(in source[i])).StoreBits16(ref bits[i]);
        if (i == source.Length) return;
        Span<ushort> whole = stackalloc ushort[Sixteen.Lanes];
        HalfBits(Tail.Load<T>(source[i..])).StoreBits16(ref whole[0]);
        whole[..(source.Length - i)].CopyTo(bits[i..]);
    }

    /// <summary>Widens halves to floats, exactly.</summary>
    internal static void Widen(ReadOnlySpan<Half> source, Span<float> target)
    {
        if (Sixteen.Wide) Widen<Lanes512>(source, target);
        else if (Sixteen.Middle) Widen<Pair<Lanes256>>(source, target);
        else Widen<Pair<Pair<Lanes128>>>(source, target);
    }

    internal static void Widen<T>(ReadOnlySpan<Half> source, Span<float> target)
        where T : struct, ILanes<T>
    {
        var bits = MemoryMarshal.Cast<Half, ushort>(source);
        target = target[..source.Length];
        var i = 0;
        for (; i + Sixteen.Lanes <= bits.Length; i += Sixteen.Lanes) Widened(T.LoadBits16(in bits[i])).Store(ref target[i]);
        for (; i < source.Length; i++) target[i] = (float)source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Rounded<T>(T x)
        where T : struct, ILanes<T>
    {
        var sign = x & T.BroadcastBits(int.MinValue);
        var a = T.Min(x & T.BroadcastBits(int.MaxValue), T.Broadcast(MaxHalf));

        // Below the smallest normal half the step is 2^-24, which is the step of floats at a half.
        var small = a + T.Broadcast(0.5f) - T.Broadcast(0.5f);
        var even = (a >>> 13) & T.BroadcastBits(1);
        var normal = T.AddBits(T.AddBits(a, even), T.BroadcastBits(0xFFF)) & T.BroadcastBits(~0x1FFF);
        return T.SelectLess(a, T.Broadcast(MinNormalHalf), small, normal) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T HalfBits<T>(T x)
        where T : struct, ILanes<T>
    {
        var rounded = Rounded(x);
        var sign = (rounded & T.BroadcastBits(int.MinValue)) >>> 16;
        var a = rounded & T.BroadcastBits(int.MaxValue);
        var small = (a + T.Broadcast(0.5f)) & T.BroadcastBits(0x7FFFFF);
        var normal = T.AddBits(a >>> 13, T.BroadcastBits(-(112 << 10)));
        return T.SelectLess(a, T.Broadcast(MinNormalHalf), small, normal) | sign;
    }

    // The half's exponent lands 112 too low in the float's; a product with 2^112 puts it right and makes subnormals normal.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Widened<T>(T bits)
        where T : struct, ILanes<T>
    {
        var magnitude = ((bits & T.BroadcastBits(0x7FFF)) << 13) * T.Broadcast(5.192296858534828e33f);
        return magnitude | ((bits & T.BroadcastBits(0x8000)) << 16);
    }
}
