using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Recsys.Inference.Kernels;

/// <summary>
/// A matrix W (rows, columns) rounded to bfloat16 and repacked for y = seed + W x without horizontal sums: panels of 64 rows, in each column after column, so that sixteen
/// rows advance in one register. A 32-bit word holds row r + 16 of a column above row r: a shift or a mask widens sixteen of them. Sums are float32; each row sums its
/// columns in ascending order with one rounding a term: the order of the plain loop.
/// </summary>
internal sealed class Dense
{
    private const int PanelRows = 64;
    private const int PanelWords = PanelRows / 2;

    // How far ahead weights are fetched from the outer caches: a network of some megabytes passes through the inner ones once a step.
    private const int PrefetchWords = 24 * PanelWords;

    private const int UpperHalf = unchecked((int)0xFFFF0000);

    private readonly uint[] _panels;

    /// <param name="weight">Row-major (rows, columns).</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    internal Dense(ReadOnlySpan<float> weight, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, rows * columns);
        Rows = rows;
        Columns = columns;
        var panels = (rows + PanelRows - 1) / PanelRows;
        _panels = GC.AllocateArray<uint>(panels * PanelWords * columns, pinned: true);
        for (var row = 0; row < rows; row++)
        {
            var (pair, place) = Math.DivRem(row % PanelRows, 2 * Sixteen.Lanes);
            var target = _panels.AsSpan((row / PanelRows * PanelWords * columns) + (pair * Sixteen.Lanes) + (place % Sixteen.Lanes));
            var shift = place < Sixteen.Lanes ? 0 : 16;
            for (var column = 0; column < columns; column++) target[column * PanelWords] |= (uint)BFloat16.FromSingle(weight[(row * columns) + column]) << shift;
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

        Span<float> seeds = stackalloc float[PanelRows * 2];
        Span<float> sums = stackalloc float[PanelRows * 2];
        for (var first = 0; first < Rows; first += PanelRows)
        {
            ref var panel = ref Unsafe.As<uint, float>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_panels), (nint)(first / PanelRows) * PanelWords * Columns));
            var rows = Math.Min(PanelRows, Rows - first);
            var position = 0;
            for (; position + 2 <= positions; position += 2)
            {
                for (var p = 0; p < 2; p++) seed.Slice(((position + p) * seedStride) + first, rows).CopyTo(seeds[(p * PanelRows)..]);
                for (var at = 0; at < rows; at += 2 * Sixteen.Lanes)
                {
                    TwoPositions<T>(ref Unsafe.Add(ref panel, at / 2), x[(position * Columns)..], seeds[at..], sums[at..]);
                }

                for (var p = 0; p < 2; p++) sums.Slice(p * PanelRows, rows).CopyTo(y[(((position + p) * Rows) + first)..]);
            }

            for (; position < positions; position++)
            {
                seed.Slice((position * seedStride) + first, rows).CopyTo(seeds);
                OnePosition<T>(ref panel, x.Slice(position * Columns, Columns), seeds, sums);
                sums[..rows].CopyTo(y[((position * Rows) + first)..]);
            }
        }
    }

    // Four chains of sixteen rows hide the multiply-add's latency.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void OnePosition<T>(ref float panel, ReadOnlySpan<float> x, Span<float> seeds, Span<float> sums)
        where T : struct, ILanes<T>
    {
        var a = T.Load(in seeds[0]);
        var b = T.Load(in seeds[16]);
        var c = T.Load(in seeds[32]);
        var d = T.Load(in seeds[48]);
        var upper = T.BroadcastBits(UpperHalf);
        foreach (var value in x)
        {
            if (Sse.IsSupported)
            {
                // The array doesn't move, and an address beyond its end is only a hint that's passed over.
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref panel, PrefetchWords)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref panel, PrefetchWords + 16)));
            }

            var input = T.Broadcast(value);
            var words = T.Load(in panel);
            T.AddProduct(ref a, words << 16, input);
            T.AddProduct(ref b, words & upper, input);
            words = T.Load(in Unsafe.Add(ref panel, 16));
            T.AddProduct(ref c, words << 16, input);
            T.AddProduct(ref d, words & upper, input);
            panel = ref Unsafe.Add(ref panel, PanelWords);
        }

        a.Store(ref sums[0]);
        b.Store(ref sums[16]);
        c.Store(ref sums[32]);
        d.Store(ref sums[48]);
    }

    // Two positions of thirty-two rows are four chains, too, and a word is widened once for both.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TwoPositions<T>(ref float panel, ReadOnlySpan<float> x, Span<float> seeds, Span<float> sums)
        where T : struct, ILanes<T>
    {
        var a = T.Load(in seeds[0]);
        var b = T.Load(in seeds[16]);
        var c = T.Load(in seeds[PanelRows]);
        var d = T.Load(in seeds[PanelRows + 16]);
        var upper = T.BroadcastBits(UpperHalf);
        ref var input = ref MemoryMarshal.GetReference(x[..(2 * Columns)]);
        for (var column = 0; column < Columns; column++)
        {
            var words = T.Load(in panel);
            var first = T.Broadcast(Unsafe.Add(ref input, column));
            var second = T.Broadcast(Unsafe.Add(ref input, Columns + column));
            var low = words << 16;
            var high = words & upper;
            T.AddProduct(ref a, low, first);
            T.AddProduct(ref b, high, first);
            T.AddProduct(ref c, low, second);
            T.AddProduct(ref d, high, second);
            panel = ref Unsafe.Add(ref panel, PanelWords);
        }

        a.Store(ref sums[0]);
        b.Store(ref sums[16]);
        c.Store(ref sums[PanelRows]);
        d.Store(ref sums[PanelRows + 16]);
    }
}
