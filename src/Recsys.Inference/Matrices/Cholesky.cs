using Recsys.Inference.Kernels;

namespace Recsys.Inference.Matrices;

/// <summary>Solves one small symmetric positive definite system, by rows (Cholesky, Crout's order), on the calling thread.</summary>
internal static class Cholesky
{
    /// <summary>Replaces x by A^-1 x.</summary>
    /// <param name="a">(n, n) row-major, of which the lower triangle is read and overwritten by the factor.</param>
    /// <param name="n">Its size.</param>
    /// <param name="x">(n).</param>
    /// <exception cref="InvalidDataException">A is not positive definite as far as float32 can tell.</exception>
    internal static void Solve(Span<float> a, int n, Span<float> x)
    {
        // The diagonal is kept apart and zeros put from it on, so that rows can be multiplied in whole lanes: what is beyond the row counts nothing.
        Span<float> inverse = stackalloc float[n];
        for (var i = 0; i < n; i++)
        {
            var row = a.Slice(i * n, n);
            for (var j = 0; j < i; j++) row[j] = (row[j] - Head(row, a.Slice(j * n, n), j)) * inverse[j];
            var pivot = row[i];
            row[i..].Clear();
            pivot -= Head(row, row, i);
            if (!(pivot > 0)) throw new InvalidDataException($"The matrix is not positive definite in float32: pivot {i} is {pivot}. More regularisation is needed.");
            inverse[i] = 1 / MathF.Sqrt(pivot);
            x[i] = (x[i] - Head(x, row, i)) * inverse[i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            x[i] *= inverse[i];
            Axpy.Add(x[..i], a.Slice(i * n, i), -x[i]);
        }
    }

    // The product of the first values of two rows, the second of which has zeros beyond them.
    private static float Head(ReadOnlySpan<float> row, ReadOnlySpan<float> zeroed, int count)
    {
        if (count == 0) return 0;
        var lanes = Math.Min(row.Length, (count + Sixteen.Lanes - 1) / Sixteen.Lanes * Sixteen.Lanes);
        return Dot.Of(row[..lanes], zeroed[..lanes]);
    }
}
