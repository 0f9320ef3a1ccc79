using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recsys.Inference.Kernels;

/// <summary>
/// A matrix W (rows, columns) in float32, repacked for y += W x without horizontal sums: panels of 64 rows (the last as many sixteens as it needs), in each column after column. Each row sums its columns in ascending order with one
/// rounding a term, so that a sparse x gives the same bits as the same x with its zeros.
/// </summary>
internal sealed class DenseFloat32
{
    private const int PanelRows = 64;

    private readonly float[] _panels;

    /// <param name="weight">Row-major (rows, columns).</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    internal DenseFloat32(ReadOnlySpan<float> weight, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, (long)rows * columns);
        (Rows, Columns) = (rows, columns);
        var padded = (rows + Sixteen.Lanes - 1) / Sixteen.Lanes * Sixteen.Lanes;
        _panels = new float[checked(padded * columns)];
        for (var row = 0; row < rows; row++)
        {
            var first = row / PanelRows * PanelRows;
            var width = WidthOf(first);
            var target = _panels.AsSpan((first * columns) + (row - first));
            for (var column = 0; column < columns; column++) target[column * width] = weight[(row * columns) + column];
        }
    }

    internal int Rows { get; }

    internal int Columns { get; }

    /// <summary>y += W x.</summary>
    /// <param name="x">(columns).</param>
    /// <param name="y">(rows).</param>
    internal void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        if (Sixteen.Wide) Add<Lanes512>(default, x, y);
        else if (Sixteen.Middle) Add<Pair<Lanes256>>(default, x, y);
        else Add<Pair<Pair<Lanes128>>>(default, x, y);
    }

    /// <summary>y += W x where x is 0 but for some places.</summary>
    /// <param name="places">Columns, ascending.</param>
    /// <param name="x">The value at each.</param>
    /// <param name="y">(rows).</param>
    internal void AddSparse(ReadOnlySpan<int> places, ReadOnlySpan<float> x, Span<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(places.Length, x.Length);
        foreach (var place in places) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)Columns, nameof(places));
        // An empty list of places would be read as "all of them".
        if (x.IsEmpty) return;
        if (Sixteen.Wide) Add<Lanes512>(places, x, y);
        else if (Sixteen.Middle) Add<Pair<Lanes256>>(places, x, y);
        else Add<Pair<Pair<Lanes128>>>(places, x, y);
    }

    internal void Add<T>(ReadOnlySpan<int> places, ReadOnlySpan<float> x, Span<float> y)
        where T : struct, ILanes<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, Rows);
        if (places.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, Columns);
        Span<float> sums = stackalloc float[PanelRows];
        for (var first = 0; first < Rows; first += PanelRows)
        {
            var rows = Math.Min(PanelRows, Rows - first);
            var width = WidthOf(first);
            ref var panel = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panels), (nint)first * Columns);
            y.Slice(first, rows).CopyTo(sums);
            if (width == PanelRows)
            {
                Four<T>(ref panel, places, x, sums);
            }
            else
            {
                for (var at = 0; at < width; at += Sixteen.Lanes) One<T>(ref Unsafe.Add(ref panel, at), width, places, x, sums[at..]);
            }

            sums[..rows].CopyTo(y[first..]);
        }
    }

    // Four chains of sixteen rows hide the multiply-add's latency.
    private static void Four<T>(ref float panel, ReadOnlySpan<int> places, ReadOnlySpan<float> x, Span<float> sums)
        where T : struct, ILanes<T>
    {
        var a = T.Load(in sums[0]);
        var b = T.Load(in sums[16]);
        var c = T.Load(in sums[32]);
        var d = T.Load(in sums[48]);
        for (var i = 0; i < x.Length; i++)
        {
            ref var column = ref Unsafe.Add(ref panel, (nint)(places.IsEmpty ? i : places[i]) * PanelRows);
            var input = T.Broadcast(x[i]);
            T.AddProduct(ref a, T.Load(in column), input);
            T.AddProduct(ref b, T.Load(in Unsafe.Add(ref column, 16)), input);
            T.AddProduct(ref c, T.Load(in Unsafe.Add(ref column, 32)), input);
            T.AddProduct(ref d, T.Load(in Unsafe.Add(ref column, 48)), input);
        }

        a.Store(ref sums[0]);
        b.Store(ref sums[16]);
        c.Store(ref sums[32]);
        d.Store(ref sums[48]);
    }

    private static void One<T>(ref float panel, int width, ReadOnlySpan<int> places, ReadOnlySpan<float> x, Span<float> sums)
        where T : struct, ILanes<T>
    {
        var sum = T.Load(in sums[0]);
        for (var i = 0; i < x.Length; i++)
        {
            T.AddProduct(ref sum, T.Load(in Unsafe.Add(ref panel, (nint)(places.IsEmpty ? i : places[i]) * width)), T.Broadcast(x[i]));
        }

        sum.Store(ref sums[0]);
    }

    private int WidthOf(int firstRow) => Math.Min(PanelRows, (Rows - firstRow + Sixteen.Lanes - 1) / Sixteen.Lanes * Sixteen.Lanes);
}
