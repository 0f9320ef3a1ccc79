using Recsys.Inference.Kernels;

namespace Recsys.Training.Backpropagation;

/// <summary>The pointwise part of an LSTM step and its gradient, for the rows of a batch at one time (Hochreiter and Schmidhuber 1997 with forget gates; order i, f, g, o).</summary>
internal static class LstmKernel
{
    /// <summary>c = sigmoid(f) before + sigmoid(i) tanh(g); h = sigmoid(o) tanh(c).</summary>
    /// <param name="gates">(n, 4H): sums in, activations out.</param>
    /// <param name="before">(n, H): the cells before; empty: zeros.</param>
    /// <param name="cell">(n, H), written.</param>
    /// <param name="squashed">(n, H): tanh(c), written.</param>
    /// <param name="hidden">(n, H), written.</param>
    /// <param name="size">H.</param>
    public static void Forward(Span<float> gates, ReadOnlySpan<float> before, Span<float> cell, Span<float> squashed, Span<float> hidden, int size)
    {
        if (Sixteen.Wide) Forward<Lanes512>(gates, before, cell, squashed, hidden, size);
        else if (Sixteen.Middle) Forward<Pair<Lanes256>>(gates, before, cell, squashed, hidden, size);
        else Forward<Pair<Pair<Lanes128>>>(gates, before, cell, squashed, hidden, size);
    }

    /// <summary>The gradient of the gates' sums.</summary>
    /// <param name="gates">(n, 4H): activations in, gradients of the sums out.</param>
    /// <param name="before">(n, H): the cells before; empty: zeros.</param>
    /// <param name="squashed">(n, H): tanh(c).</param>
    /// <param name="hidden">(n, H): gradient of h.</param>
    /// <param name="cell">(n, H): gradient of c that comes from later in, gradient of the cells before out.</param>
    /// <param name="size">H.</param>
    public static void Backward(Span<float> gates, ReadOnlySpan<float> before, ReadOnlySpan<float> squashed, ReadOnlySpan<float> hidden, Span<float> cell, int size)
    {
        if (Sixteen.Wide) Backward<Lanes512>(gates, before, squashed, hidden, cell, size);
        else if (Sixteen.Middle) Backward<Pair<Lanes256>>(gates, before, squashed, hidden, cell, size);
        else Backward<Pair<Pair<Lanes128>>>(gates, before, squashed, hidden, cell, size);
    }

    private static void Forward<T>(Span<float> gates, ReadOnlySpan<float> before, Span<float> cell, Span<float> squashed, Span<float> hidden, int size)
        where T : struct, ILanes<T>
    {
        for (var row = 0; row < cell.Length / size; row++)
        {
            var g = gates.Slice(row * 4 * size, 4 * size);
            var input = g[..size];
            var forget = g.Slice(size, size);
            var candidate = g.Slice(2 * size, size);
            var output = g.Slice(3 * size, size);
            var old = before.IsEmpty ? default : before.Slice(row * size, size);
            var c = cell.Slice(row * size, size);
            var s = squashed.Slice(row * size, size);
            var h = hidden.Slice(row * size, size);
            var j = 0;
            Activations.Sigmoid<T>(g[..(2 * size)]);
            Activations.Tanh<T>(candidate);
            Activations.Sigmoid<T>(output);
            for (; j + Sixteen.Lanes <= size; j += Sixteen.Lanes)
            {
                var added = T.Load(in input[j]) * T.Load(in candidate[j]);
                (old.IsEmpty ? added : T.MultiplyAdd(T.Load(in forget[j]), T.Load(in old[j]), added)).Store(ref c[j]);
            }
            for (; j < size; j++)
                c[j] = (forget[j] * (old.IsEmpty ? 0 : old[j])) + (input[j] * candidate[j]);
            c.CopyTo(s);
            Activations.Tanh<T>(s);
            for (j = 0; j + Sixteen.Lanes <= size; j += Sixteen.Lanes)
                (T.Load(in output[j]) * T.Load(in s[j])).Store(ref h[j]);
            for (; j < size; j++)
                h[j] = output[j] * s[j];
        }
    }

    private static void Backward<T>(Span<float> gates, ReadOnlySpan<float> before, ReadOnlySpan<float> squashed, ReadOnlySpan<float> hidden, Span<float> cell, int size)
        where T : struct, ILanes<T>
    {
        var one = T.Broadcast(1f);
        for (var row = 0; row < cell.Length / size; row++)
        {
            var g = gates.Slice(row * 4 * size, 4 * size);
            var input = g[..size];
            var forget = g.Slice(size, size);
            var candidate = g.Slice(2 * size, size);
            var output = g.Slice(3 * size, size);
            var old = before.IsEmpty ? default : before.Slice(row * size, size);
            var s = squashed.Slice(row * size, size);
            var dh = hidden.Slice(row * size, size);
            var dc = cell.Slice(row * size, size);
            var j = 0;
            for (; j + Sixteen.Lanes <= size; j += Sixteen.Lanes)
            {
                var (i, f, a, o) = (T.Load(in input[j]), T.Load(in forget[j]), T.Load(in candidate[j]), T.Load(in output[j]));
                var (tanh, up) = (T.Load(in s[j]), T.Load(in dh[j]));
                var d = T.MultiplyAdd(up * o, one - (tanh * tanh), T.Load(in dc[j]));
                (d * a * i * (one - i)).Store(ref input[j]);
                if (old.IsEmpty) T.Broadcast(0f).Store(ref forget[j]);
                else (d * T.Load(in old[j]) * f * (one - f)).Store(ref forget[j]);
                (d * i * (one - (a * a))).Store(ref candidate[j]);
                (up * tanh * o * (one - o)).Store(ref output[j]);
                (d * f).Store(ref dc[j]);
            }
            for (; j < size; j++)
            {
                var (i, f, a, o) = (input[j], forget[j], candidate[j], output[j]);
                var d = (dh[j] * o * (1 - (s[j] * s[j]))) + dc[j];
                input[j] = d * a * i * (1 - i);
                forget[j] = old.IsEmpty ? 0 : d * old[j] * f * (1 - f);
                candidate[j] = d * i * (1 - (a * a));
                output[j] = dh[j] * s[j] * o * (1 - o);
                dc[j] = d * f;
            }
        }
    }
}
