using Recsys.Inference.Kernels;

namespace Recsys.Training.Backpropagation;

/// <summary>Layer normalisation of rows and its gradient (Ba et al. 2016; biased variance).</summary>
internal static class NormKernel
{
    /// <summary>y = z weight + bias with z = (x - mean) / deviation.</summary>
    /// <param name="x">(n, E).</param>
    /// <param name="weight">(E).</param>
    /// <param name="bias">(E).</param>
    /// <param name="standard">(n, E): z, written.</param>
    /// <param name="y">(n, E), written.</param>
    /// <param name="scale">(n): 1 / deviation, written.</param>
    public static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> standard, Span<float> y, Span<float> scale)
    {
        if (Sixteen.Wide) Forward<Lanes512>(x, weight, bias, standard, y, scale);
        else if (Sixteen.Middle) Forward<Pair<Lanes256>>(x, weight, bias, standard, y, scale);
        else Forward<Pair<Pair<Lanes128>>>(x, weight, bias, standard, y, scale);
    }

    /// <summary>y = z weight + bias, as forwards.</summary>
    /// <param name="standard">(n, E): z.</param>
    /// <param name="weight">(E).</param>
    /// <param name="bias">(E).</param>
    /// <param name="y">(n, E), written.</param>
    public static void Apply(ReadOnlySpan<float> standard, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (Sixteen.Wide) Apply<Lanes512>(standard, weight, bias, y);
        else if (Sixteen.Middle) Apply<Pair<Lanes256>>(standard, weight, bias, y);
        else Apply<Pair<Pair<Lanes128>>>(standard, weight, bias, y);
    }

    /// <summary>dx += (dz - mean(dz) - z mean(dz z)) / deviation with dz = dy weight; dweight += dy z; dbias += dy.</summary>
    /// <param name="dy">(n, E).</param>
    /// <param name="standard">(n, E): z.</param>
    /// <param name="scale">(n): 1 / deviation.</param>
    /// <param name="weight">(E).</param>
    /// <param name="dx">(n, E), added to.</param>
    /// <param name="dWeight">(E), added to.</param>
    /// <param name="dBias">(E), added to.</param>
    public static void Backward(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> standard, ReadOnlySpan<float> scale, ReadOnlySpan<float> weight, Span<float> dx, Span<float> dWeight, Span<float> dBias)
    {
        if (Sixteen.Wide) Backward<Lanes512>(dy, standard, scale, weight, dx, dWeight, dBias);
        else if (Sixteen.Middle) Backward<Pair<Lanes256>>(dy, standard, scale, weight, dx, dWeight, dBias);
        else Backward<Pair<Pair<Lanes128>>>(dy, standard, scale, weight, dx, dWeight, dBias);
    }

    private static void Forward<T>(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> standard, Span<float> y, Span<float> scale)
        where T : struct, ILanes<T>
    {
        var size = weight.Length;
        var whole = size / Sixteen.Lanes * Sixteen.Lanes;
        for (var row = 0; row < scale.Length; row++)
        {
            var from = x.Slice(row * size, size);
            var z = standard.Slice(row * size, size);
            var to = y.Slice(row * size, size);
            var sums = T.Broadcast(0f);
            for (var j = 0; j < whole; j += Sixteen.Lanes) sums += T.Load(in from[j]);
            var mean = sums.Sum();
            for (var j = whole; j < size; j++) mean += from[j];
            mean /= size;

            var minus = T.Broadcast(-mean);
            sums = T.Broadcast(0f);
            for (var j = 0; j < whole; j += Sixteen.Lanes)
            {
                var centred = T.Load(in from[j]) + minus;
                sums = T.MultiplyAdd(centred, centred, sums);
            }
            var variance = sums.Sum();
            for (var j = whole; j < size; j++) variance += (from[j] - mean) * (from[j] - mean);
            var factor = scale[row] = 1 / MathF.Sqrt((variance / size) + LayerNorm.Epsilon);

            var factors = T.Broadcast(factor);
            for (var j = 0; j < whole; j += Sixteen.Lanes)
            {
                var value = (T.Load(in from[j]) + minus) * factors;
                value.Store(ref z[j]);
                T.MultiplyAdd(value, T.Load(in weight[j]), T.Load(in bias[j])).Store(ref to[j]);
            }
            for (var j = whole; j < size; j++)
            {
                z[j] = (from[j] - mean) * factor;
                to[j] = (z[j] * weight[j]) + bias[j];
            }
        }
    }

    private static void Apply<T>(ReadOnlySpan<float> standard, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
        where T : struct, ILanes<T>
    {
        var size = weight.Length;
        for (var row = 0; row < standard.Length; row += size)
        {
            var z = standard.Slice(row, size);
            var to = y.Slice(row, size);
            var j = 0;
            for (; j + Sixteen.Lanes <= size; j += Sixteen.Lanes) T.MultiplyAdd(T.Load(in z[j]), T.Load(in weight[j]), T.Load(in bias[j])).Store(ref to[j]);
            for (; j < size; j++) to[j] = (z[j] * weight[j]) + bias[j];
        }
    }

    private static void Backward<T>(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> standard, ReadOnlySpan<float> scale, ReadOnlySpan<float> weight, Span<float> dx, Span<float> dWeight, Span<float> dBias)
        where T : struct, ILanes<T>
    {
        var size = weight.Length;
        var whole = size / Sixteen.Lanes * Sixteen.Lanes;
        for (var row = 0; row < scale.Length; row++)
        {
            var up = dy.Slice(row * size, size);
            var z = standard.Slice(row * size, size);
            var down = dx.Slice(row * size, size);
            var (sums, products) = (T.Broadcast(0f), T.Broadcast(0f));
            for (var j = 0; j < whole; j += Sixteen.Lanes)
            {
                var (d, value) = (T.Load(in up[j]), T.Load(in z[j]));
                T.MultiplyAdd(d, value, T.Load(in dWeight[j])).Store(ref dWeight[j]);
                (d + T.Load(in dBias[j])).Store(ref dBias[j]);
                var dz = d * T.Load(in weight[j]);
                sums += dz;
                products = T.MultiplyAdd(dz, value, products);
            }
            var (mean, product) = (sums.Sum(), products.Sum());
            for (var j = whole; j < size; j++)
            {
                dWeight[j] += up[j] * z[j];
                dBias[j] += up[j];
                mean += up[j] * weight[j];
                product += up[j] * weight[j] * z[j];
            }
            mean /= size;
            product /= size;

            var (factors, minusMean, minusProduct) = (T.Broadcast(scale[row]), T.Broadcast(-mean), T.Broadcast(-product));
            for (var j = 0; j < whole; j += Sixteen.Lanes)
            {
                var dz = T.MultiplyAdd(T.Load(in up[j]), T.Load(in weight[j]), minusMean);
                dz = T.MultiplyAdd(T.Load(in z[j]), minusProduct, dz);
                T.MultiplyAdd(dz, factors, T.Load(in down[j])).Store(ref down[j]);
            }
            for (var j = whole; j < size; j++)
                down[j] += scale[row] * ((up[j] * weight[j]) - mean - (z[j] * product));
        }
    }
}
