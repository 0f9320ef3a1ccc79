namespace Recsys.Inference.Kernels;

/// <summary>
/// Every kernel once more as the textbook writes it, in double precision where a sum or a function is taken: to read, and as the oracle
/// that tests hold the SIMD kernels against. Not used to serve.
/// </summary>
internal static class Scalar
{
    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return (float)sum;
    }

    /// <summary>y = bias + W x with W (rows, columns).</summary>
    internal static void Dense(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var row = 0; row < y.Length; row++)
        {
            var sum = (double)bias[row];
            for (var column = 0; column < x.Length; column++) sum += (double)weight[(row * x.Length) + column] * x[column];
            y[row] = (float)sum;
        }
    }

    /// <summary>relu(bias + W * x), padded with zeros to the same size: x (channels, height, width), W (filters, channels, kernel, kernel), y (filters, height, width).</summary>
    internal static void Convolution(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int kernel, ReadOnlySpan<float> x, int height, int width, Span<float> y)
    {
        var channels = x.Length / (height * width);
        for (var i = 0; i < y.Length; i++)
        {
            var (filter, row, column) = (i / (height * width), i / width % height, i % width);
            var sum = (double)bias[filter];
            for (var tap = 0; tap < channels * kernel * kernel; tap++)
            {
                var (channel, fromRow, fromColumn) = (tap / (kernel * kernel), row + (tap / kernel % kernel) - (kernel / 2), column + (tap % kernel) - (kernel / 2));
                if (fromRow < 0 || fromRow >= height || fromColumn < 0 || fromColumn >= width) continue;
                sum += (double)weight[(filter * channels * kernel * kernel) + tap] * x[(((channel * height) + fromRow) * width) + fromColumn];
            }

            y[i] = (float)Math.Max(0, sum);
        }
    }

    /// <summary>The largest value of each window of size x size: x (channels, height, width), y (channels, height / size, width / size).</summary>
    internal static void MaxPool(ReadOnlySpan<float> x, int height, int width, int size, Span<float> y)
    {
        var (rows, columns) = (height / size, width / size);
        for (var i = 0; i < y.Length; i++)
        {
            var (channel, row, column) = (i / (rows * columns), i / columns % rows, i % columns);
            var highest = float.NegativeInfinity;
            for (var at = 0; at < size * size; at++)
            {
                highest = Math.Max(highest, x[(((channel * height) + (row * size) + (at / size)) * width) + (column * size) + (at % size)]);
            }

            y[i] = highest;
        }
    }

    internal static void LstmGates(ReadOnlySpan<float> gates, Span<float> h, Span<float> c)
    {
        var size = c.Length;
        for (var j = 0; j < size; j++)
        {
            var input = Sigmoid(gates[j]);
            var forget = Sigmoid(gates[size + j]);
            var candidate = Math.Tanh(gates[(2 * size) + j]);
            var output = Sigmoid(gates[(3 * size) + j]);
            var cell = (forget * c[j]) + (input * candidate);
            c[j] = (float)cell;
            h[j] = (float)(output * Math.Tanh(cell));
        }
    }

    internal static void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        var mean = 0.0;
        foreach (var value in x) mean += value;
        mean /= x.Length;
        var variance = 0.0;
        foreach (var value in x) variance += (value - mean) * (value - mean);
        variance /= x.Length;
        var scale = 1 / Math.Sqrt(variance + Kernels.LayerNorm.Epsilon);
        for (var i = 0; i < x.Length; i++) y[i] = (float)(((x[i] - mean) * scale * weight[i]) + bias[i]);
    }

    internal static float Gelu(float x) => (float)(0.5 * x * (1 + Erf(x / Math.Sqrt(2))));

    internal static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Abramowitz and Stegun 7.1.6: a series of positive terms, so nothing cancels.</summary>
    internal static double Erf(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        var term = x;
        var sum = x;
        for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
