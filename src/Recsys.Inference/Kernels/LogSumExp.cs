namespace Recsys.Inference.Kernels;

/// <summary>The logarithm of a sum of exponentials, without overflow.</summary>
internal static class LogSumExp
{
    /// <summary>log(sum of e^x) of at least one finite value.</summary>
    internal static float Of(ReadOnlySpan<float> x)
    {
        if (Sixteen.Wide) return Of<Lanes512>(x);
        return Sixteen.Middle ? Of<Pair<Lanes256>>(x) : Of<Pair<Pair<Lanes128>>>(x);
    }

    internal static float Of<T>(ReadOnlySpan<float> x)
        where T : struct, ILanes<T>
    {
        var highest = float.NegativeInfinity;
        foreach (var value in x) highest = Math.Max(highest, value);
        var (peak, sum, i) = (T.Broadcast(highest), T.Broadcast(0), 0);
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) sum += VectorMath.Exp(T.Load(in x[i]) - peak);
        var total = (double)sum.Sum();
        for (; i < x.Length; i++) total += MathF.Exp(x[i] - highest);
        return highest + (float)Math.Log(total);
    }
}
