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
        for (var i = 0; i < n; i++)
        {
            var row = a.Slice(i * n, i + 1);
            for (var j = 0; j < i; j++)
            {
                var sum = row[j] - (j == 0 ? 0 : Dot.Of(row[..j], a.Slice(j * n, j)));
                row[j] = sum / a[(j * n) + j];
            }

            var pivot = row[i] - (i == 0 ? 0 : Dot.Of(row[..i], row[..i]));
            if (!(pivot > 0)) throw new InvalidDataException($"The matrix is not positive definite in float32: pivot {i} is {pivot}. More regularisation is needed.");
            row[i] = MathF.Sqrt(pivot);
            x[i] = (x[i] - (i == 0 ? 0 : Dot.Of(row[..i], x[..i]))) / row[i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            x[i] /= a[(i * n) + i];
            Axpy.Add(x[..i], a.Slice(i * n, i), -x[i]);
        }
    }
}
