using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recsys.Inference.Kernels;

/// <summary>
/// A matrix W (rows, columns) repacked for y = seed + W x without horizontal sums: panels of 64 rows, in each column after column, so
/// that sixteen rows advance in one register. Each row sums its columns in ascending order with one rounding a term: the order of the plain loop.
/// </summary>
internal sealed class Dense
{
    private const int PanelRows = 64;

    private readonly float[] _panels;

    /// <param name="weight">Row-major (rows, columns).</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    internal Dense(ReadOnlySpan<float> weight, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, rows * columns);
        Rows = rows;
        Columns = columns;
        var panels = (rows + PanelRows - 1) / PanelRows;
        _panels = GC.AllocateArray<float>(panels * PanelRows * columns, pinned: true);
        for (var row = 0; row < rows; row++)
        {
            var target = _panels.AsSpan(row / PanelRows * PanelRows * columns);
            for (var column = 0; column < columns; column++) target[(column * PanelRows) + (row % PanelRows)] = weight[(row * columns) + column];
        }
    }

    internal int Rows { get; }

    internal int Columns { get; }

    /// <summary>y[p] = seed[p] + W x[p] for each of so many positions.</summary>
    /// <param name="x">Inputs (positions, columns).</param>
    /// <param name="seed">(positions, rows), or (rows) to be used for every position. May be <paramref name="y"/> itself.</param>
    /// <param name="y">Outputs (positions, rows).</param>
    /// <param name="positions">At least 1.</param>
    internal void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> seed, Span<float> y, int positions)
    {
        if (Sixteen.Wide) Apply<Lanes512>(x, seed, y, positions);
        else if (Sixteen.Middle) Apply<Pair<Lanes256>>(x, seed, y, positions);
        else Apply<Pair<Pair<Lanes128>>>(x, seed, y, positions);
    }

    internal void Apply<T>(ReadOnlySpan<float> x, ReadOnlySpan<float> seed, Span<float> y, int positions)
        where T : struct, ILanes<T>
    {
        var seedStride = positions > 1 && seed.Length == Rows ? 0 : Rows;
        if (x.Length < positions * Columns || y.Length < positions * Rows || seed.Length < ((positions - 1) * seedStride) + Rows)
        {
            throw new ArgumentException($"x, seed and y have {x.Length}, {seed.Length} and {y.Length} values: too few for {positions} x ({Rows}, {Columns}).");
        }

        Span<float> seeds = stackalloc float[PanelRows * 4];
        Span<float> sums = stackalloc float[PanelRows * 4];
        for (var first = 0; first < Rows; first += PanelRows)
        {
            ref var panel = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panels), (nint)first * Columns);
            var rows = Math.Min(PanelRows, Rows - first);
            var position = 0;
            for (; position + 4 <= positions; position += 4)
            {
                for (var p = 0; p < 4; p++) seed.Slice(((position + p) * seedStride) + first, rows).CopyTo(seeds[(p * PanelRows)..]);
                for (var at = 0; at < rows; at += Sixteen.Lanes)
                {
                    FourPositions<T>(ref Unsafe.Add(ref panel, at), x[(position * Columns)..], seeds[at..], sums[at..]);
                }

                for (var p = 0; p < 4; p++) sums.Slice(p * PanelRows, rows).CopyTo(y[(((position + p) * Rows) + first)..]);
            }

            for (; position < positions; position++)
            {
                seed.Slice((position * seedStride) + first, rows).CopyTo(seeds);
                OnePosition<T>(ref panel, x.Slice(position * Columns, Columns), seeds, sums);
                sums[..rows].CopyTo(y[((position * Rows) + first)..]);
            }
        }
    }

    // Four chains of sixteen rows: memory feeds no more than that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OnePosition<T>(ref float panel, ReadOnlySpan<float> x, Span<float> seeds, Span<float> sums)
        where T : struct, ILanes<T>
    {
        var a = T.Load(in seeds[0]);
        var b = T.Load(in seeds[16]);
        var c = T.Load(in seeds[32]);
        var d = T.Load(in seeds[48]);
        foreach (var value in x)
        {
            var input = T.Broadcast(value);
            a = T.MultiplyAdd(T.Load(in panel), input, a);
            b = T.MultiplyAdd(T.Load(in Unsafe.Add(ref panel, 16)), input, b);
            c = T.MultiplyAdd(T.Load(in Unsafe.Add(ref panel, 32)), input, c);
            d = T.MultiplyAdd(T.Load(in Unsafe.Add(ref panel, 48)), input, d);
            panel = ref Unsafe.Add(ref panel, PanelRows);
        }

        a.Store(ref sums[0]);
        b.Store(ref sums[16]);
        c.Store(ref sums[32]);
        d.Store(ref sums[48]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FourPositions<T>(ref float panel, ReadOnlySpan<float> x, Span<float> seeds, Span<float> sums)
        where T : struct, ILanes<T>
    {
        var a = T.Load(in seeds[0]);
        var b = T.Load(in seeds[PanelRows]);
        var c = T.Load(in seeds[2 * PanelRows]);
        var d = T.Load(in seeds[3 * PanelRows]);
        ref var input = ref MemoryMarshal.GetReference(x[..(4 * Columns)]);
        for (var column = 0; column < Columns; column++)
        {
            var weight = T.Load(in panel);
            a = T.MultiplyAdd(weight, T.Broadcast(Unsafe.Add(ref input, column)), a);
            b = T.MultiplyAdd(weight, T.Broadcast(Unsafe.Add(ref input, Columns + column)), b);
            c = T.MultiplyAdd(weight, T.Broadcast(Unsafe.Add(ref input, (2 * Columns) + column)), c);
            d = T.MultiplyAdd(weight, T.Broadcast(Unsafe.Add(ref input, (3 * Columns) + column)), d);
            panel = ref Unsafe.Add(ref panel, PanelRows);
        }

        a.Store(ref sums[0]);
        b.Store(ref sums[PanelRows]);
        c.Store(ref sums[2 * PanelRows]);
        d.Store(ref sums[3 * PanelRows]);
    }
}
