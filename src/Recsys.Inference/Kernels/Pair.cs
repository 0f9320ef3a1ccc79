using System.Runtime.CompilerServices;

namespace Recsys.Inference.Kernels;

/// <summary>Twice the lanes of <typeparamref name="T"/>: how narrower processors get the same sixteen.</summary>
internal struct Pair<T>(T lower, T upper) : ILanes<Pair<T>>
    where T : struct, ILanes<T>
{
    private T _lower = lower;
    private T _upper = upper;

    public static int Count => 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Load(ref readonly float source) =>
        new(T.Load(in source), T.Load(in Unsafe.Add(ref Unsafe.AsRef(in source), T.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> LoadBits16(ref readonly ushort source) =>
        new(T.LoadBits16(in source), T.LoadBits16(in Unsafe.Add(ref Unsafe.AsRef(in source), T.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Broadcast(float value)
    {
        var half = T.Broadcast(value);
        return new(half, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> BroadcastBits(int bits)
    {
        var half = T.BroadcastBits(bits);
        return new(half, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator +(Pair<T> left, Pair<T> right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator -(Pair<T> left, Pair<T> right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator *(Pair<T> left, Pair<T> right) => new(left._lower * right._lower, left._upper * right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator /(Pair<T> left, Pair<T> right) => new(left._lower / right._lower, left._upper / right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator &(Pair<T> left, Pair<T> right) => new(left._lower & right._lower, left._upper & right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator |(Pair<T> left, Pair<T> right) => new(left._lower | right._lower, left._upper | right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator <<(Pair<T> left, int bits) => new(left._lower << bits, left._upper << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator >>>(Pair<T> left, int bits) => new(left._lower >>> bits, left._upper >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> AddBits(Pair<T> left, Pair<T> right) => new(T.AddBits(left._lower, right._lower), T.AddBits(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Min(Pair<T> left, Pair<T> right) => new(T.Min(left._lower, right._lower), T.Min(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Max(Pair<T> left, Pair<T> right) => new(T.Max(left._lower, right._lower), T.Max(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> MultiplyAdd(Pair<T> left, Pair<T> right, Pair<T> addend) =>
        new(T.MultiplyAdd(left._lower, right._lower, addend._lower), T.MultiplyAdd(left._upper, right._upper, addend._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Pair<T> sum, Pair<T> left, Pair<T> right)
    {
        T.AddProduct(ref sum._lower, left._lower, right._lower);
        T.AddProduct(ref sum._upper, left._upper, right._upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> SelectLess(Pair<T> left, Pair<T> right, Pair<T> then, Pair<T> otherwise) => new(
        T.SelectLess(left._lower, right._lower, then._lower, otherwise._lower),
        T.SelectLess(left._upper, right._upper, then._upper, otherwise._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float target)
    {
        _lower.Store(ref target);
        _upper.Store(ref Unsafe.Add(ref target, T.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void StoreBits16(ref ushort target)
    {
        _lower.StoreBits16(ref target);
        _upper.StoreBits16(ref Unsafe.Add(ref target, T.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float Sum() => (_lower + _upper).Sum();
}
