using Recsys.Inference.Artefacts;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Networks;

/// <summary>A step of the Session network as its description reads, with scalar kernels over the tensors, the blocks' matrices rounded to bfloat16: <see cref="SessionNetwork"/>'s oracle.</summary>
internal sealed class SessionOracle(SessionArtefact artefact)
{
    private readonly Dictionary<string, float[]> _tensors =
        artefact.Settings.Tensors(artefact.ItemCount).ToDictionary(tensor => tensor.Name, tensor => Read(artefact, tensor));

    /// <summary>Moves h and c of all blocks (2 B H) by one interaction; returns the output vector (E).</summary>
    internal float[] Step(Span<float> state, SessionStep step, bool round, byte requestGap = TimeGap.Unknown)
    {
        var (item, kind, strength) = (step.Item, step.Kind, step.Strength);
        var (e, h) = (artefact.Settings.EmbeddingSize, artefact.Settings.HiddenSize);
        var x = new float[e];
        for (var i = 0; i < e; i++)
        {
            x[i] = _tensors["item_embedding"][(item * e) + i]
                + _tensors["kind_embedding"][((int)kind * e) + i]
                + _tensors["strength_embedding"][(Strength.Bucket(strength) * e) + i];
        }

        if (artefact.Settings.TimeGaps) Add(x, _tensors["gap_embedding"].AsSpan(step.Gap * e, e));
        for (var block = 0; block < artefact.Settings.Blocks; block++)
        {
            var prefix = $"blocks.{block}.";
            var hidden = state.Slice(block * 2 * h, h);
            var cell = state.Slice((block * 2 * h) + h, h);

            var a = Norm(x, prefix + "norm1");
            var gates = Dense(a, _tensors[prefix + "lstm.weight_ih"], _tensors[prefix + "lstm.bias"]);
            gates = Dense(hidden, _tensors[prefix + "lstm.weight_hh"], gates);
            Scalar.LstmGates(gates, hidden, cell);
            Add(x, h == e ? hidden : Dense(hidden, _tensors[prefix + "projection.weight"], _tensors[prefix + "projection.bias"]));

            if (artefact.Settings.TimeGaps && block == artefact.Settings.Blocks - 1) Add(x, _tensors["request_gap_embedding"].AsSpan(requestGap * e, e));
            var inner = Dense(Norm(x, prefix + "norm2"), _tensors[prefix + "up.weight"], _tensors[prefix + "up.bias"]);
            for (var i = 0; i < inner.Length; i++) inner[i] = Scalar.Gelu(inner[i]);
            Add(x, Dense(inner, _tensors[prefix + "down.weight"], _tensors[prefix + "down.bias"]));
            if (!round) continue;
            foreach (ref var value in state.Slice(block * 2 * h, 2 * h)) value = (float)(Half)value;
        }

        return Norm(x, "norm");
    }

    private static float[] Read(SessionArtefact artefact, TensorShape tensor)
    {
        var values = artefact.Copy(tensor.Name);
        if (tensor.IsBlockMatrix) BFloat16.Round(values);
        return values;
    }

    private static float[] Dense(ReadOnlySpan<float> x, float[] weight, float[] bias)
    {
        var y = new float[bias.Length];
        Scalar.Dense(weight, bias, x, y);
        return y;
    }

    private static void Add(float[] x, ReadOnlySpan<float> y)
    {
        for (var i = 0; i < x.Length; i++) x[i] += y[i];
    }

    private float[] Norm(float[] x, string name)
    {
        var y = new float[x.Length];
        Scalar.LayerNorm(x, _tensors[name + ".weight"], _tensors[name + ".bias"], y);
        return y;
    }
}
