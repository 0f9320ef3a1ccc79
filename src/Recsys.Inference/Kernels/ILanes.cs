namespace Recsys.Inference.Kernels;

/// <summary>
/// A row of float lanes. Every kernel is written once, over sixteen lanes: one register on AVX-512, a <see cref="Pair{T}"/> on AVX2, pairs of
/// pairs on 128-bit machines. All operations are exactly those of IEEE 754 (the multiply-add rounds once everywhere, in software if need be)
/// and sums fold in a fixed order, so that a kernel gives the same bits on every processor.
/// </summary>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Load(ref readonly float source);

    /// <summary>Reads 16-bit integers, widened to the lanes' 32 bits with zeros.</summary>
    static abstract TSelf LoadBits16(ref readonly ushort source);

    static abstract TSelf Broadcast(float value);

    static abstract TSelf BroadcastBits(int bits);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator <<(TSelf left, int bits);

    static abstract TSelf operator >>>(TSelf left, int bits);

    /// <summary>The sum of the lanes' bits as 32-bit integers.</summary>
    static abstract TSelf AddBits(TSelf left, TSelf right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>sum = left * right + sum, rounded once: <see cref="MultiplyAdd"/> for loops, where the compiler then leaves the sum in its register.</summary>
    static abstract void AddProduct(ref TSelf sum, TSelf left, TSelf right);

    /// <summary>The smaller; neither may be not-a-number.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The larger; neither may be not-a-number.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>By lane: left &lt; right ? then : otherwise.</summary>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);

    void Store(ref float target);

    /// <summary>Writes the lower 16 bits of each lane.</summary>
    void StoreBits16(ref ushort target);

    /// <summary>The sum: the upper half is added to the lower half until one is left.</summary>
    float Sum();
}
