namespace Recsys.Inference.Kernels;

/// <summary>Elementary functions over vectors, in place: one function a loop, as few as the compiler inlines wholly (several in one loop ran eight times slower).</summary>
internal static class Activations
{
    /// <summary>x = 1 / (1 + e^-x).</summary>
    internal static void Sigmoid(Span<float> x)
    {
        if (Sixteen.Wide) Sigmoid<Lanes512>(x);
        else if (Sixteen.Middle) Sigmoid<Pair<Lanes256>>(x);
        else Sigmoid<Pair<Pair<Lanes128>>>(x);
    }

    /// <summary>x = tanh(x).</summary>
    internal static void Tanh(Span<float> x)
    {
        if (Sixteen.Wide) Tanh<Lanes512>(x);
        else if (Sixteen.Middle) Tanh<Pair<Lanes256>>(x);
        else Tanh<Pair<Pair<Lanes128>>>(x);
    }

    internal static void Sigmoid<T>(Span<float> x)
        where T : struct, ILanes<T>
    {
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) VectorMath.Sigmoid(T.Load(in x[i])).Store(ref x[i]);
        if (i < x.Length) Tail.Store(VectorMath.Sigmoid(Tail.Load<T>(x[i..])), x[i..]);
    }

    internal static void Tanh<T>(Span<float> x)
        where T : struct, ILanes<T>
    {
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) VectorMath.Tanh(T.Load(in x[i])).Store(ref x[i]);
        if (i < x.Length) Tail.Store(VectorMath.Tanh(Tail.Load<T>(x[i..])), x[i..]);
    }
}
