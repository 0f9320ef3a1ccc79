using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;
using Recsys.Tests.Inference.Rules;

namespace Recsys.Tests.Inference;

public sealed class MatrixTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 33, 7)]
    [InlineData(70, 130, 129)]
    [InlineData(64, 32, 300)]
    public void A_product_is_that_of_the_plain_loop(int rows, int columns, int depth)
    {
        var (a, b, c) = (Random(rows * depth, 1), Random(depth * columns, 2), Random(rows * columns, 3));
        var expected = c.ToArray();
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                for (var k = 0; k < depth; k++) expected[(i * columns) + j] = MathF.FusedMultiplyAdd(-a[(i * depth) + k], b[(k * columns) + j], expected[(i * columns) + j]);
            }
        }

        var turned = new float[b.Length];
        for (var k = 0; k < depth; k++)
        {
            for (var j = 0; j < columns; j++) turned[(j * depth) + k] = b[(k * columns) + j];
        }

        var again = c.ToArray();
        MatrixProduct.Add(new(a, rows, depth), new(b, depth, columns), new(c, rows, columns), -1);
        MatrixProduct.Add(new(a, rows, depth), new MatrixView(turned, columns, depth).Transposed, new(again, rows, columns), -1);
        Assert.Equal(expected, c);
        Assert.Equal(expected, again);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(300)]
    public void An_inverse_of_an_ill_scaled_matrix_is_that_of_float64(int n)
    {
        var random = new Random(n);
        var scale = Enumerable.Range(0, n).Select(_ => Math.Pow(10, 4 * random.NextDouble())).ToArray();
        var factor = new double[n, n];
        for (var i = 0; i < n * n; i++) factor[i / n, i % n] = random.NextDouble();
        var matrix = new double[n, n];
        var values = new float[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var k = 0; k < n; k++) matrix[i, j] += factor[i, k] * factor[j, k] / n;
                matrix[i, j] = (matrix[i, j] + (i == j ? 0.3 : 0)) * Math.Sqrt(scale[i] * scale[j]);
                values[(i * n) + j] = (float)matrix[i, j];
            }
        }

        var expected = NaiveRules.Invert(matrix);
        SymmetricInverse.Invert(values, n);
        for (var i = 0; i < n * n; i++)
        {
            var unit = values[i] * Math.Sqrt(scale[i / n] * scale[i % n]);
            Assert.Equal(expected[i / n, i % n] * Math.Sqrt(scale[i / n] * scale[i % n]), unit, 1e-3);
        }
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_refused()
    {
        Assert.Contains("not positive definite", Assert.Throws<InvalidDataException>(() => SymmetricInverse.Invert([1, 2, 2, 1], 2)).Message);
        Assert.Contains("pivot 1 is NaN", Assert.Throws<InvalidDataException>(() => SymmetricInverse.Invert([1, 0, 0, float.NaN], 2)).Message);
        Assert.Contains("pivot 1 is -3", Assert.Throws<InvalidDataException>(() => Cholesky.Solve([1, 2, 2, 1], 2, [1, 1])).Message);
    }

    [Fact]
    public void All_widths_of_lanes_add_the_same_bits()
    {
        var (x, y) = (Random(37, 1), Random(37, 2));
        var (first, second, third) = (y.ToArray(), y.ToArray(), y.ToArray());
        Axpy.Add<Lanes512>(first, x, 0.3f);
        Axpy.Add<Pair<Lanes256>>(second, x, 0.3f);
        Axpy.Add<Pair<Pair<Lanes128>>>(third, x, 0.3f);
        Assert.Equal(first, second);
        Assert.Equal(first, third);
        for (var i = 0; i < 37; i++) Assert.Equal(MathF.FusedMultiplyAdd(0.3f, x[i], y[i]), first[i]);
    }

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
