namespace Recsys.Inference.Kernels;

/// <summary>Layer normalisation (Ba et al. 2016), biased variance, epsilon 1e-5 as torch's default.</summary>
internal static class LayerNorm
{
    internal const float Epsilon = 1e-5f;

    /// <summary>y = (x - mean(x)) / sqrt(var(x) + epsilon) * weight + bias; y may be x.</summary>
    internal static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (Sixteen.Wide) Apply<Lanes512>(x, weight, bias, y);
        else if (Sixteen.Middle) Apply<Pair<Lanes256>>(x, weight, bias, y);
        else Apply<Pair<Pair<Lanes128>>>(x, weight, bias, y);
    }

    internal static void Apply<T>(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
        where T : struct, ILanes<T>
    {
        var size = x.Length;
        weight = weight[..size];
        bias = bias[..size];
        y = y[..size];
        var whole = size / Sixteen.Lanes * Sixteen.Lanes;
        var sum = T.Broadcast(0f);
        for (var i = 0; i < whole; i += Sixteen.Lanes) sum += T.Load(in x[i]);
        if (whole < size) sum += Tail.Load<T>(x[whole..]);
        var mean = sum.Sum() / size;

        var minus = T.Broadcast(-mean);
        var squares = T.Broadcast(0f);
        for (var i = 0; i < whole; i += Sixteen.Lanes)
        {
            var centred = T.Load(in x[i]) + minus;
            squares = T.MultiplyAdd(centred, centred, squares);
        }

        // In the tail the missing values must count as the mean, not as zeros.
        Span<float> rest = stackalloc float[size - whole];
        for (var i = 0; i < rest.Length; i++) rest[i] = x[whole + i] - mean;
        var tail = Tail.Load<T>(rest);
        squares = T.MultiplyAdd(tail, tail, squares);

        var scale = T.Broadcast(1f / MathF.Sqrt((squares.Sum() / size) + Epsilon));
        for (var i = 0; i < whole; i += Sixteen.Lanes)
        {
            var normal = (T.Load(in x[i]) + minus) * scale;
            T.MultiplyAdd(normal, T.Load(in weight[i]), T.Load(in bias[i])).Store(ref y[i]);
        }

        if (whole < size) Tail.Store(T.MultiplyAdd(tail * scale, Tail.Load<T>(weight[whole..]), Tail.Load<T>(bias[whole..])), y[whole..]);
    }
}
