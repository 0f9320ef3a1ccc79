using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Ranker;

/// <summary>
/// The dense network over a candidate's features: logit = l x + o relu(M relu(H x + h) + m), x standardised. Immutable, thread-safe. Sixteen candidates at a time, each value summed in the
/// order of its terms with one rounding a term: the same bits on every processor, and beside any other candidates.
/// </summary>
public sealed class RankerNetwork
{
    private const int MostUnits = 256;

    private readonly RankerWeights _weights;
    private readonly bool _deep;

    /// <param name="weights">Values, which must not change any more.</param>
    /// <exception cref="InvalidDataException">They don't fit each other, or aren't finite.</exception>
    public RankerNetwork(RankerWeights weights)
    {
        if (weights.Problem() is { } problem) throw new InvalidDataException($"{problem}.");
        if (weights.HiddenBias.Length > MostUnits || weights.MiddleBias.Length > MostUnits) throw new InvalidDataException($"The ranker has more than {MostUnits} units in a layer.");
        (_weights, _deep) = (weights, weights.IsDeep);
    }

    /// <summary>Its values.</summary>
    public RankerWeights Weights => _weights;

    /// <summary>Every candidate's logit.</summary>
    /// <param name="table">Features; of a source that is switched off, <see cref="Absent"/>.</param>
    /// <param name="logits">(table.Count), overwritten.</param>
    public void Score(RankerTable table, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(logits.Length, table.Count);
        if (Sixteen.Wide) Score<Lanes512>(table, logits);
        else if (Sixteen.Middle) Score<Pair<Lanes256>>(table, logits);
        else Score<Pair<Pair<Lanes128>>>(table, logits);
    }

    /// <summary>What a feature is set to where nothing is known of it: the mean of the training data.</summary>
    public float Absent(RankerFeature feature) => (int)feature < _weights.Features ? _weights.Mean[(int)feature] : 0;

    /// <summary>What a unit of a feature is worth in the straight way to the logit.</summary>
    public float LinearWorth(RankerFeature feature) => (int)feature < _weights.Features ? _weights.Linear[(int)feature] * _weights.Scale[(int)feature] : 0;

    internal void Score<T>(RankerTable table, Span<float> logits)
        where T : struct, ILanes<T>
    {
        var (f, h1, h2) = (_weights.Features, _weights.HiddenBias.Length, _weights.MiddleBias.Length);
        Span<float> x = stackalloc float[RankerTable.FeatureCount * Sixteen.Lanes];
        Span<float> first = stackalloc float[MostUnits * Sixteen.Lanes];
        Span<float> sums = stackalloc float[Sixteen.Lanes];
        for (var at = 0; at < table.Count; at += Sixteen.Lanes)
        {
            var logit = T.Broadcast(0);
            for (var i = 0; i < f; i++)
            {
                var value = (T.Load(in table.Padded(i)[at]) - T.Broadcast(_weights.Mean[i])) * T.Broadcast(_weights.Scale[i]);
                value.Store(ref x[i * Sixteen.Lanes]);
                T.AddProduct(ref logit, T.Broadcast(_weights.Linear[i]), value);
            }

            if (_deep)
            {
                Layer<T>(_weights.Hidden, _weights.HiddenBias, x, f, first, h1);
                ref var middle = ref MemoryMarshal.GetArrayDataReference(_weights.Middle);
                for (var unit = 0; unit < h2; unit++)
                {
                    T.AddProduct(ref logit, T.Broadcast(_weights.Output[unit]), Unit<T>(ref Unsafe.Add(ref middle, unit * h1), _weights.MiddleBias[unit], first, h1));
                }
            }

            logit.Store(ref sums[0]);
            sums[..Math.Min(Sixteen.Lanes, table.Count - at)].CopyTo(logits[at..]);
        }
    }

    private static void Layer<T>(float[] weights, float[] bias, ReadOnlySpan<float> inputs, int inputCount, Span<float> outputs, int outputCount)
        where T : struct, ILanes<T>
    {
        ref var weight = ref MemoryMarshal.GetArrayDataReference(weights);
        for (var unit = 0; unit < outputCount; unit++) Unit<T>(ref Unsafe.Add(ref weight, unit * inputCount), bias[unit], inputs, inputCount).Store(ref outputs[unit * Sixteen.Lanes]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Unit<T>(ref float weight, float bias, ReadOnlySpan<float> inputs, int count)
        where T : struct, ILanes<T>
    {
        var sum = T.Broadcast(bias);
        for (var i = 0; i < count; i++) T.AddProduct(ref sum, T.Broadcast(Unsafe.Add(ref weight, i)), T.Load(in inputs[i * Sixteen.Lanes]));
        return T.Max(sum, T.Broadcast(0));
    }
}
