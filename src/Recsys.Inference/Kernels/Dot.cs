using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recsys.Inference.Kernels;

/// <summary>
/// Dot products of rows of a row-major matrix with a vector: lane l sums elements l, l + 16, l + 32..., then the lanes fold in halves. One row
/// alone and rows together give the same bits.
/// </summary>
internal static class Dot
{
    /// <summary>a . b</summary>
    internal static float Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var result = 0f;
        Rows(a, b, new Span<float>(ref result));
        return result;
    }

    /// <summary>result[r] = rows[r] . x for each whole row.</summary>
    /// <param name="rows">(results, x.Length) row-major.</param>
    /// <param name="x">The vector, at least one value.</param>
    /// <param name="results">One a row.</param>
    internal static void Rows(ReadOnlySpan<float> rows, ReadOnlySpan<float> x, Span<float> results)
    {
        if (Sixteen.Wide) Rows<Lanes512>(rows, x, results);
        else if (Sixteen.Middle) Rows<Pair<Lanes256>>(rows, x, results);
        else Rows<Pair<Pair<Lanes128>>>(rows, x, results);
    }

    internal static void Rows<T>(ReadOnlySpan<float> rows, ReadOnlySpan<float> x, Span<float> results)
        where T : struct, ILanes<T>
    {
        var size = x.Length;
        if (rows.Length != (long)size * results.Length)
        {
            throw new ArgumentException($"There are {rows.Length} values, expected {results.Length} rows of {size}.", nameof(rows));
        }

        var row = 0;
        for (; row + 4 <= results.Length; row += 4) Four<T>(rows.Slice(row * size, 4 * size), x, results.Slice(row, 4));
        for (; row < results.Length; row++) results[row] = One<T>(rows.Slice(row * size, size), x);
    }

    private static float One<T>(ReadOnlySpan<float> row, ReadOnlySpan<float> x)
        where T : struct, ILanes<T>
    {
        var sum = T.Broadcast(0f);
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) sum = T.MultiplyAdd(T.Load(in row[i]), T.Load(in x[i]), sum);
        if (i < x.Length) sum = T.MultiplyAdd(Tail.Load<T>(row[i..]), Tail.Load<T>(x[i..]), sum);
        return sum.Sum();
    }

    private static void Four<T>(ReadOnlySpan<float> rows, ReadOnlySpan<float> x, Span<float> results)
        where T : struct, ILanes<T>
    {
        var size = x.Length;
        ref var first = ref MemoryMarshal.GetReference(rows);
        ref var second = ref Unsafe.Add(ref first, size);
        ref var third = ref Unsafe.Add(ref second, size);
        ref var fourth = ref Unsafe.Add(ref third, size);
        ref var vector = ref MemoryMarshal.GetReference(x);
        var (a, b, c, d) = (T.Broadcast(0f), T.Broadcast(0f), T.Broadcast(0f), T.Broadcast(0f));
        var i = 0;
        for (; i + Sixteen.Lanes <= size; i += Sixteen.Lanes)
        {
            var input = T.Load(in Unsafe.Add(ref vector, i));
            a = T.MultiplyAdd(T.Load(in Unsafe.Add(ref first, i)), input, a);
            b = T.MultiplyAdd(T.Load(in Unsafe.Add(ref second, i)), input, b);
            c = T.MultiplyAdd(T.Load(in Unsafe.Add(ref third, i)), input, c);
            d = T.MultiplyAdd(T.Load(in Unsafe.Add(ref fourth, i)), input, d);
        }

        if (i < size)
        {
            var input = Tail.Load<T>(x[i..]);
            a = T.MultiplyAdd(Tail.Load<T>(rows[i..size]), input, a);
            b = T.MultiplyAdd(Tail.Load<T>(rows[(size + i)..(2 * size)]), input, b);
            c = T.MultiplyAdd(Tail.Load<T>(rows[((2 * size) + i)..(3 * size)]), input, c);
            d = T.MultiplyAdd(Tail.Load<T>(rows[((3 * size) + i)..]), input, d);
        }

        results[0] = a.Sum();
        results[1] = b.Sum();
        results[2] = c.Sum();
        results[3] = d.Sum();
    }
}
