namespace Recsys.Inference.Matrices;

/// <summary>
/// Inverts symmetric positive definite matrices in place, in float32 on all cores. The blocked sweep operator (Beaton 1964; Goodnight 1979, "A
/// tutorial on the SWEEP operator"): as many multiplications as a Cholesky factorisation followed by the inversion and squaring of the factor
/// (N^3 / 2), but all of them in one matrix product. Blocks on the diagonal are inverted by a Cholesky factorisation in float64, and the matrix is scaled
/// to a unit diagonal first, which is what makes float32 enough where items' counts differ by orders of magnitude. Deterministic, whatever the number
/// of threads. Memory beside the matrix: 3 N 128 floats.
/// </summary>
internal static class SymmetricInverse
{
    private const int Size = MatrixProduct.Depth;

    /// <summary>Replaces a matrix by its inverse.</summary>
    /// <param name="matrix">(n, n) row-major; what is right of the diagonal is not read, but overwritten.</param>
    /// <param name="n">Its size.</param>
    /// <param name="cancel">Looked at between blocks.</param>
    /// <exception cref="InvalidDataException">It is not positive definite as far as float32 can tell, or not finite.</exception>
    internal static void Invert(float[] matrix, int n, CancellationToken cancel = default)
    {
        var scale = Scale(matrix, n);
        var panel = new float[(long)n * Size];
        var product = new float[(long)n * Size];
        for (var first = 0; first < n; first += Size)
        {
            cancel.ThrowIfCancellationRequested();
            Sweep(matrix, n, first, Math.Min(Size, n - first), panel, product);
        }

        // The sweep leaves the inverse's negative in the lower triangle.
        Parallel.For(0, n, i =>
        {
            var row = matrix.AsSpan(i * n, i + 1);
            for (var j = 0; j < row.Length; j++) row[j] *= -scale[i] * scale[j];
        });
        Mirror(matrix, n);
    }

    /// <summary>Copies the lower triangle onto the upper one.</summary>
    internal static void Mirror(float[] matrix, int n)
    {
        // In squares, so that the reads down columns stay in the cache.
        const int square = 64;
        Parallel.For(0, (n + square - 1) / square, block =>
        {
            var rowEnd = Math.Min(n, (block + 1) * square);
            for (var column = block * square; column < n; column += square)
            {
                var columnEnd = Math.Min(n, column + square);
                for (var i = block * square; i < rowEnd; i++)
                {
                    for (var j = Math.Max(column, i + 1); j < columnEnd; j++) matrix[((long)i * n) + j] = matrix[((long)j * n) + i];
                }
            }
        });
    }

    private static float[] Scale(float[] matrix, int n)
    {
        var scale = new float[n];
        for (var i = 0; i < n; i++)
        {
            var value = matrix[((long)i * n) + i];
            if (!(value > 0) || !float.IsFinite(value)) throw NotPositive(i, value);
            scale[i] = 1 / MathF.Sqrt(value);
        }

        Parallel.For(0, n, i =>
        {
            var row = matrix.AsSpan(i * n, i + 1);
            for (var j = 0; j < row.Length; j++) row[j] *= scale[i] * scale[j];
            row[i] = 1;
        });
        return scale;
    }

    private static void Sweep(float[] matrix, int n, int first, int size, float[] panel, float[] product)
    {
        var whole = new MatrixView(matrix, n, n);

        // The block's columns, with zeros for its own rows: the product then leaves those alone.
        Parallel.For(0, n, i =>
        {
            var row = panel.AsSpan(i * size, size);
            if (i < first)
            {
                for (var k = 0; k < size; k++) row[k] = matrix[whole.At(first + k, i)];
            }
            else if (i < first + size)
            {
                row.Clear();
            }
            else
            {
                matrix.AsSpan((int)whole.At(i, first), size).CopyTo(row);
            }
        });
        var inverse = Pivot(whole, first, size);
        Array.Clear(product);
        var columns = new MatrixView(panel, n, size);
        var solved = new MatrixView(product, n, size);
        MatrixProduct.Add(columns, new(inverse, size, size), solved, 1);
        MatrixProduct.Add(solved, columns.Transposed, whole, -1, lowerOnly: true);
        Parallel.For(0, n, i =>
        {
            for (var k = 0; k < size; k++)
            {
                if (i < first) matrix[whole.At(first + k, i)] = product[(i * size) + k];
                else if (i >= first + size) matrix[whole.At(i, first + k)] = product[(i * size) + k];
                else matrix[whole.At(i, first + k)] = -inverse[((i - first) * size) + k];
            }
        });
    }

    // Cholesky in float64, then the inverse column by column: 2 million operations a block.
    private static float[] Pivot(MatrixView matrix, int first, int size)
    {
        var factor = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = (double)matrix.Values[matrix.At(first + i, first + j)];
                for (var k = 0; k < j; k++) sum -= factor[(i * size) + k] * factor[(j * size) + k];
                if (i == j && !(sum > 1e-7)) throw NotPositive(first + i, sum);
                factor[(i * size) + j] = i == j ? Math.Sqrt(sum) : sum / factor[(j * size) + j];
            }
        }

        var inverse = new float[size * size];
        Parallel.For(0, size, column =>
        {
            Span<double> x = stackalloc double[size];
            x.Clear();
            for (var i = column; i < size; i++)
            {
                var sum = i == column ? 1.0 : 0.0;
                for (var k = column; k < i; k++) sum -= factor[(i * size) + k] * x[k];
                x[i] = sum / factor[(i * size) + i];
            }

            for (var i = size - 1; i >= 0; i--)
            {
                var sum = x[i];
                for (var k = i + 1; k < size; k++) sum -= factor[(k * size) + i] * x[k];
                x[i] = sum / factor[(i * size) + i];
                inverse[(i * size) + column] = (float)x[i];
            }
        });
        return inverse;
    }

    private static InvalidDataException NotPositive(int row, double value) =>
        new($"The matrix is not positive definite in float32: pivot {row} is {value}. More ridge is needed, or the input is not finite.");
}
