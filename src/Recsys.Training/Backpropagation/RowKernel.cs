using Recsys.Inference.Kernels;

namespace Recsys.Training.Backpropagation;

/// <summary>Small things that are done to the rows of a matrix.</summary>
internal static class RowKernel
{
    /// <summary>Multiplies each row by that of a mask: y = x mask.</summary>
    /// <param name="x">(n, E).</param>
    /// <param name="mask">(windows, E); empty: no mask, y = x.</param>
    /// <param name="window">(n): which row of the mask.</param>
    /// <param name="y">(n, E); may be x.</param>
    /// <param name="size">E.</param>
    public static void Mask(ReadOnlySpan<float> x, ReadOnlySpan<float> mask, ReadOnlySpan<int> window, Span<float> y, int size)
    {
        if (mask.IsEmpty) x.CopyTo(y);
        else if (Sixteen.Wide) Mask<Lanes512>(x, mask, window, y, size);
        else if (Sixteen.Middle) Mask<Pair<Lanes256>>(x, mask, window, y, size);
        else Mask<Pair<Pair<Lanes128>>>(x, mask, window, y, size);
    }

    /// <summary>sums += the rows of x (n, E).</summary>
    public static void AddRows(ReadOnlySpan<float> x, Span<float> sums)
    {
        for (; x.Length >= sums.Length; x = x[sums.Length..])
            Elementwise.Add(sums, x[..sums.Length]);
    }

    /// <summary>Fills the rows of x (n, E) with a bias.</summary>
    public static void Fill(Span<float> x, ReadOnlySpan<float> bias)
    {
        for (; x.Length >= bias.Length; x = x[bias.Length..])
            bias.CopyTo(x);
    }

    /// <summary>Widens the rows of x (n, E) from bfloat16 and adds a bias: y = x + bias.</summary>
    public static void Widen(ReadOnlySpan<ushort> x, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (Sixteen.Wide) Widen<Lanes512>(x, bias, y);
        else if (Sixteen.Middle) Widen<Pair<Lanes256>>(x, bias, y);
        else Widen<Pair<Pair<Lanes128>>>(x, bias, y);
    }

    private static void Widen<T>(ReadOnlySpan<ushort> x, ReadOnlySpan<float> bias, Span<float> y)
        where T : struct, ILanes<T>
    {
        var size = bias.Length;
        for (var row = 0; row < y.Length; row += size)
        {
            var from = x.Slice(row, size);
            var to = y.Slice(row, size);
            var j = 0;
            for (; j + Sixteen.Lanes <= size; j += Sixteen.Lanes) ((T.LoadBits16(in from[j]) << 16) + T.Load(in bias[j])).Store(ref to[j]);
            for (; j < size; j++) to[j] = BFloat16.ToSingle(from[j]) + bias[j];
        }
    }

    private static void Mask<T>(ReadOnlySpan<float> x, ReadOnlySpan<float> mask, ReadOnlySpan<int> window, Span<float> y, int size)
        where T : struct, ILanes<T>
    {
        for (var row = 0; row < window.Length; row++)
        {
            var from = x.Slice(row * size, size);
            var by = mask.Slice(window[row] * size, size);
            var to = y.Slice(row * size, size);
            var j = 0;
            for (; j + Sixteen.Lanes <= size; j += Sixteen.Lanes) (T.Load(in from[j]) * T.Load(in by[j])).Store(ref to[j]);
            for (; j < size; j++) to[j] = from[j] * by[j];
        }
    }
}
