namespace Recsys.Inference.Kernels;

/// <summary>The pointwise part of an LSTM step (Hochreiter and Schmidhuber 1997 with forget gates; torch's order i, f, g, o).</summary>
internal static class LstmGates
{
    /// <summary>c = sigmoid(f) c + sigmoid(i) tanh(g); h = sigmoid(o) tanh(c), the new c before any rounding.</summary>
    /// <param name="gates">(4H): W_ih x + W_hh h + bias; overwritten.</param>
    /// <param name="h">(H), overwritten.</param>
    /// <param name="c">(H), read and overwritten.</param>
    internal static void Apply(Span<float> gates, Span<float> h, Span<float> c)
    {
        if (Sixteen.Wide) Apply<Lanes512>(gates, h, c);
        else if (Sixteen.Middle) Apply<Pair<Lanes256>>(gates, h, c);
        else Apply<Pair<Pair<Lanes128>>>(gates, h, c);
    }

    internal static void Apply<T>(Span<float> gates, Span<float> h, Span<float> c)
        where T : struct, ILanes<T>
    {
        var size = c.Length;
        var input = gates[..size];
        var forget = gates.Slice(size, size);
        var candidate = gates.Slice(2 * size, size);
        var output = gates.Slice(3 * size, size);
        h = h[..size];
        Activations.Sigmoid<T>(gates[..(2 * size)]);
        Activations.Tanh<T>(candidate);
        Activations.Sigmoid<T>(output);
        var i = 0;
        for (; i + Sixteen.Lanes <= size; i += Sixteen.Lanes)
        {
            var cell = T.MultiplyAdd(T.Load(in forget[i]), T.Load(in c[i]), T.Load(in input[i]) * T.Load(in candidate[i]));
            cell.Store(ref c[i]);
            (T.Load(in output[i]) * VectorMath.Tanh(cell)).Store(ref h[i]);
        }

        if (i == size) return;
        var last = T.MultiplyAdd(Tail.Load<T>(forget[i..]), Tail.Load<T>(c[i..]), Tail.Load<T>(input[i..]) * Tail.Load<T>(candidate[i..]));
        Tail.Store(last, c[i..]);
        Tail.Store(Tail.Load<T>(output[i..]) * VectorMath.Tanh(last), h[i..]);
    }
}
