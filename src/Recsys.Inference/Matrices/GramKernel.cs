using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Matrices;

/// <summary>
/// H += F'F for a few rows F that lie in the first-level cache, on the calling thread: the normal matrix of one user or item. Eight rows of H by sixteen columns are summed in registers at a time,
/// in the order of F's rows with one rounding a term: the same bits on every processor.
/// </summary>
internal static class GramKernel
{
    /// <summary>Sizes are multiples of this.</summary>
    internal const int Unit = Sixteen.Lanes;

    private const int TileRows = 8;

    /// <summary>The smallest multiple of <see cref="Unit"/> that is not less.</summary>
    internal static int Padded(int size) => (size + Unit - 1) / Unit * Unit;

    /// <summary>Adds to the lower triangle; values right of it may be added to or not.</summary>
    /// <param name="rows">F, (count, size) row-major.</param>
    /// <param name="count">Rows of F.</param>
    /// <param name="size">Columns of F, a multiple of <see cref="Unit"/>.</param>
    /// <param name="gram">H, (size, size) row-major.</param>
    internal static void AddLower(ReadOnlySpan<float> rows, int count, int size, Span<float> gram)
    {
        if (size % Unit != 0) throw new ArgumentException($"The size is {size}, expected a multiple of {Unit}.", nameof(size));
        if (rows.Length < count * size || gram.Length < size * size) throw new ArgumentException($"F and H have {rows.Length} and {gram.Length} values: too few for ({count}, {size}).");
        if (Sixteen.Wide) AddLower<Lanes512>(rows, count, size, gram);
        else if (Sixteen.Middle) AddLower<Pair<Lanes256>>(rows, count, size, gram);
        else AddLower<Pair<Pair<Lanes128>>>(rows, count, size, gram);
    }

    internal static void AddLower<T>(ReadOnlySpan<float> rows, int count, int size, Span<float> gram)
        where T : struct, ILanes<T>
    {
        ref var f = ref MemoryMarshal.GetReference(rows);
        ref var h = ref MemoryMarshal.GetReference(gram);
        for (var row = 0; row < size; row += TileRows)
        {
            for (var column = 0; column < row + TileRows; column += Unit)
            {
                Tile<T>(ref Unsafe.Add(ref f, row), ref Unsafe.Add(ref f, column), count, size, ref Unsafe.Add(ref h, (row * size) + column));
            }
        }
    }

    private static void Tile<T>(ref float left, ref float right, int count, int stride, ref float h)
        where T : struct, ILanes<T>
    {
        var a = T.Load(in h);
        var b = T.Load(in Unsafe.Add(ref h, stride));
        var c = T.Load(in Unsafe.Add(ref h, 2 * stride));
        var d = T.Load(in Unsafe.Add(ref h, 3 * stride));
        var e = T.Load(in Unsafe.Add(ref h, 4 * stride));
        var f = T.Load(in Unsafe.Add(ref h, 5 * stride));
        var g = T.Load(in Unsafe.Add(ref h, 6 * stride));
        var last = T.Load(in Unsafe.Add(ref h, 7 * stride));
        for (var k = 0; k < count; k++)
        {
            var x = T.Load(in right);
            T.AddProduct(ref a, T.Broadcast(left), x);
            T.AddProduct(ref b, T.Broadcast(Unsafe.Add(ref left, 1)), x);
            T.AddProduct(ref c, T.Broadcast(Unsafe.Add(ref left, 2)), x);
            T.AddProduct(ref d, T.Broadcast(Unsafe.Add(ref left, 3)), x);
            T.AddProduct(ref e, T.Broadcast(Unsafe.Add(ref left, 4)), x);
            T.AddProduct(ref f, T.Broadcast(Unsafe.Add(ref left, 5)), x);
            T.AddProduct(ref g, T.Broadcast(Unsafe.Add(ref left, 6)), x);
            T.AddProduct(ref last, T.Broadcast(Unsafe.Add(ref left, 7)), x);
            left = ref Unsafe.Add(ref left, stride);
            right = ref Unsafe.Add(ref right, stride);
        }

        a.Store(ref h);
        b.Store(ref Unsafe.Add(ref h, stride));
        c.Store(ref Unsafe.Add(ref h, 2 * stride));
        d.Store(ref Unsafe.Add(ref h, 3 * stride));
        e.Store(ref Unsafe.Add(ref h, 4 * stride));
        f.Store(ref Unsafe.Add(ref h, 5 * stride));
        g.Store(ref Unsafe.Add(ref h, 6 * stride));
        last.Store(ref Unsafe.Add(ref h, 7 * stride));
    }
}
