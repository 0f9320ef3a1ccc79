using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;
using Recsys.Inference.Ranker;
using static Recsys.Training.Ranker.RankerParameters;

namespace Recsys.Training.Ranker;

/// <summary>One case forwards and backwards: cross-entropy of the softmax over its candidates, whose activations lie unit by unit (units, candidates). Working memory of one thread.</summary>
internal sealed class RankerPass(bool deep)
{
    private readonly bool[] _dropped = new bool[F];
    private float[] _inputs = [];
    private float[] _first = [];
    private float[] _second = [];
    private float[] _logits = [];
    private float[] _delta = [];

    /// <summary>The gradient of the last run.</summary>
    public float[] Gradient { get; } = new float[deep ? RankerParameters.Count : F];

    /// <summary>The cross-entropy of the last run, nats.</summary>
    public double Loss { get; private set; }

    /// <summary>Draws which sources aren't seen next time: of one that is dropped neither its score nor its rank.</summary>
    public void Drop(Random random, float share)
    {
        for (var source = 0; source < SourceScores.Count; source++)
            _dropped[source] = _dropped[(int)RankerFeature.SessionRank + source] = random.NextDouble() < share;
        _dropped[(int)RankerFeature.WatchedNext] = _dropped[(int)RankerFeature.CoWatched];
    }

    /// <summary>Computes loss and gradient.</summary>
    public void Run(RankerCase one, float[] mean, float[] scale, float[] values)
    {
        var count = one.Count;
        Reserve(count);
        Array.Clear(Gradient);
        for (var f = 0; f < F; f++)
        {
            var input = Row(_inputs, f, count);
            if (_dropped[f])
            {
                input.Clear();
                continue;
            }
            var column = one.Features.AsSpan(f * count, count);
            for (var i = 0; i < count; i++)
                input[i] = (column[i] - mean[f]) * scale[f];
        }
        var logits = _logits.AsSpan(0, count);
        logits.Clear();
        for (var f = 0; f < F; f++)
            Axpy.Add(logits, Row(_inputs, f, count), values[Linear + f]);
        if (deep)
        {
            Forward(_inputs, F, values.AsSpan(Hidden), values.AsSpan(HiddenBias), _first, H1, count);
            Forward(_first, H1, values.AsSpan(Middle), values.AsSpan(MiddleBias), _second, H2, count);
            for (var u = 0; u < H2; u++)
                Axpy.Add(logits, Row(_second, u, count), values[Output + u]);
        }
        var sum = LogSumExp.Of(logits);
        Loss = sum - logits[one.Target];
        for (var i = 0; i < count; i++)
            logits[i] = MathF.Exp(logits[i] - sum);
        logits[one.Target] -= 1;
        for (var f = 0; f < F; f++)
            Gradient[Linear + f] = Dot.Of(Row(_inputs, f, count), logits);
        if (deep)
            Backward(values, logits, count);
    }

    /// <summary>outputs = relu(W inputs + b).</summary>
    private static void Forward(float[] inputs, int inputCount, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, float[] outputs, int outputCount, int count)
    {
        for (var u = 0; u < outputCount; u++)
        {
            var output = Row(outputs, u, count);
            output.Fill(bias[u]);
            for (var i = 0; i < inputCount; i++)
                Axpy.Add(output, Row(inputs, i, count), weights[(u * inputCount) + i]);
            foreach (ref var value in output)
                value = Math.Max(0, value);
        }
    }

    /// <param name="values">Parameters.</param>
    /// <param name="error">The loss by each logit.</param>
    /// <param name="count">Candidates.</param>
    private void Backward(float[] values, ReadOnlySpan<float> error, int count)
    {
        var first = _delta.AsSpan(0, H1 * count);
        first.Clear();
        var second = _delta.AsSpan(H1 * count, count);
        for (var u = 0; u < H2; u++)
        {
            var active = Row(_second, u, count);
            Gradient[Output + u] = Dot.Of(active, error);
            for (var i = 0; i < count; i++)
                second[i] = active[i] > 0 ? values[Output + u] * error[i] : 0;
            Gradient[MiddleBias + u] = Sum(second);
            for (var below = 0; below < H1; below++)
            {
                Gradient[Middle + (u * H1) + below] = Dot.Of(Row(_first, below, count), second);
                Axpy.Add(first.Slice(below * count, count), second, values[Middle + (u * H1) + below]);
            }
        }
        for (var u = 0; u < H1; u++)
        {
            var delta = first.Slice(u * count, count);
            var active = Row(_first, u, count);
            for (var i = 0; i < count; i++)
                delta[i] = active[i] > 0 ? delta[i] : 0;
            Gradient[HiddenBias + u] = Sum(delta);
            for (var f = 0; f < F; f++)
                Gradient[Hidden + (u * F) + f] = Dot.Of(Row(_inputs, f, count), delta);
        }
    }

    private static float Sum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return (float)sum;
    }

    private static Span<float> Row(float[] values, int row, int count) => values.AsSpan(row * count, count);

    private void Reserve(int count)
    {
        if (_logits.Length >= count)
            return;
        (_inputs, _logits) = (new float[F * count], new float[count]);
        if (deep)
            (_first, _second, _delta) = (new float[H1 * count], new float[H2 * count], new float[(H1 + 1) * count]);
    }
}
