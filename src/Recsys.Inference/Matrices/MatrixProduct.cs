using System.Buffers;
using System.Runtime.CompilerServices;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Matrices;

/// <summary>
/// Products of large row-major float32 matrices on all cores: both factors repacked into strips that stay in the caches (Goto and van de Geijn 2008,
/// "Anatomy of high-performance matrix multiplication"), six rows by sixteen columns at a time, which
/// sixteen registers of eight lanes just hold. Each value sums its terms in ascending order
/// with one rounding a term, so the result is the same bits whatever the number of threads and the processor.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>The longest inner dimension that is packed at once; longer ones are cut.</summary>
    internal const int Depth = 128;

    private const int StripRows = 6;
    private const int StripColumns = 16;
    private const int BlockRows = 48;

    /// <summary>C += sign A B.</summary>
    /// <param name="a">(rows, depth).</param>
    /// <param name="b">(depth, columns).</param>
    /// <param name="c">(rows, columns), changed.</param>
    /// <param name="sign">1 or -1.</param>
    /// <param name="lowerOnly">Whether values right of the diagonal are of no interest: most of them are then left as they are.</param>
    internal static void Add(MatrixView a, MatrixView b, MatrixView c, float sign, bool lowerOnly = false)
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns || c.ColumnStride != 1)
        {
            throw new ArgumentException($"({a.Rows}, {a.Columns}) by ({b.Rows}, {b.Columns}) does not fit into ({c.Rows}, {c.Columns}).");
        }

        var strips = (c.Columns + StripColumns - 1) / StripColumns;
        var packed = ArrayPool<float>.Shared.Rent(strips * StripColumns * Depth);
        for (var first = 0; first < a.Columns; first += Depth)
        {
            var depth = Math.Min(Depth, a.Columns - first);
            var from = first;
            Parallel.For(0, strips, strip => PackColumns(b, from, depth, strip * StripColumns, packed));
            Parallel.For(0, (c.Rows + BlockRows - 1) / BlockRows, block =>
            {
                if (Sixteen.Wide) Block<Lanes512>(a, from, depth, packed, c, block * BlockRows, sign, lowerOnly);
                else if (Sixteen.Middle) Block<Pair<Lanes256>>(a, from, depth, packed, c, block * BlockRows, sign, lowerOnly);
                else Block<Pair<Pair<Lanes128>>>(a, from, depth, packed, c, block * BlockRows, sign, lowerOnly);
            });
        }

        ArrayPool<float>.Shared.Return(packed);
    }

    // Strip s holds its columns of row 0, then of row 1...; columns beyond the last are zeros.
    private static void PackColumns(MatrixView b, int from, int depth, int column, float[] packed)
    {
        var target = packed.AsSpan(column * Depth, StripColumns * depth);
        var width = Math.Min(StripColumns, b.Columns - column);
        for (var k = 0; k < depth; k++)
        {
            var row = target.Slice(k * StripColumns, StripColumns);
            if (b.ColumnStride == 1)
            {
                b.Values.AsSpan((int)b.At(from + k, column), width).CopyTo(row);
            }
            else
            {
                for (var j = 0; j < width; j++) row[j] = b.Values[b.At(from + k, column + j)];
            }

            row[width..].Clear();
        }
    }

    private static void Block<T>(MatrixView a, int from, int depth, float[] packed, MatrixView c, int firstRow, float sign, bool lowerOnly)
        where T : struct, ILanes<T>
    {
        var rows = Math.Min(BlockRows, c.Rows - firstRow);
        var columns = lowerOnly ? Math.Min(c.Columns, firstRow + rows) : c.Columns;
        Span<float> left = stackalloc float[BlockRows * Depth];
        Span<float> edge = stackalloc float[StripRows * StripColumns];
        for (var row = 0; row < rows; row += StripRows)
        {
            PackRows(a, firstRow + row, Math.Min(StripRows, rows - row), from, depth, sign, left.Slice(row * depth, StripRows * depth));
        }

        for (var column = 0; column < columns; column += StripColumns)
        {
            ref var right = ref packed[column * Depth];
            var width = Math.Min(StripColumns, c.Columns - column);
            for (var row = firstRow; row < firstRow + rows; row += StripRows)
            {
                var height = Math.Min(StripRows, firstRow + rows - row);
                ref var packedRows = ref left[(row - firstRow) * depth];
                if (height == StripRows && width == StripColumns)
                {
                    Strip<T>(ref packedRows, ref right, depth, ref c.Values[c.At(row, column)], (nint)c.RowStride);
                    continue;
                }

                edge.Clear();
                for (var i = 0; i < height; i++) c.Values.AsSpan((int)c.At(row + i, column), width).CopyTo(edge[(i * StripColumns)..]);
                Strip<T>(ref packedRows, ref right, depth, ref edge[0], StripColumns);
                for (var i = 0; i < height; i++) edge.Slice(i * StripColumns, width).CopyTo(c.Values.AsSpan((int)c.At(row + i, column), width));
            }
        }
    }

    private static void PackRows(MatrixView a, int row, int height, int from, int depth, float sign, Span<float> left)
    {
        if (height < StripRows) left.Clear();
        for (var i = 0; i < height; i++)
        {
            var at = a.At(row + i, from);
            for (var k = 0; k < depth; k++) left[(k * StripRows) + i] = sign * a.Values[at + (k * a.ColumnStride)];
        }
    }

    private static void Strip<T>(ref float left, ref float right, int depth, ref float c, nint stride)
        where T : struct, ILanes<T>
    {
        ref var c1 = ref Unsafe.Add(ref c, stride);
        ref var c2 = ref Unsafe.Add(ref c1, stride);
        ref var c3 = ref Unsafe.Add(ref c2, stride);
        ref var c4 = ref Unsafe.Add(ref c3, stride);
        ref var c5 = ref Unsafe.Add(ref c4, stride);
        var s0 = T.Load(in c);
        var s1 = T.Load(in c1);
        var s2 = T.Load(in c2);
        var s3 = T.Load(in c3);
        var s4 = T.Load(in c4);
        var s5 = T.Load(in c5);
        for (var k = 0; k < depth; k++)
        {
            var x = T.Load(in right);
            s0 = T.MultiplyAdd(T.Broadcast(left), x, s0);
            s1 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref left, 1)), x, s1);
            s2 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref left, 2)), x, s2);
            s3 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref left, 3)), x, s3);
            s4 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref left, 4)), x, s4);
            s5 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref left, 5)), x, s5);
            right = ref Unsafe.Add(ref right, StripColumns);
            left = ref Unsafe.Add(ref left, StripRows);
        }

        s0.Store(ref c);
        s1.Store(ref c1);
        s2.Store(ref c2);
        s3.Store(ref c3);
        s4.Store(ref c4);
        s5.Store(ref c5);
    }
}
