using Recsys.Inference.Artefacts;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Networks;

/// <summary>A step of the Session network as its description reads, with scalar kernels over the tensors, the blocks' matrices rounded to bfloat16: <see cref="SessionNetwork"/>'s oracle.</summary>
internal sealed class SessionOracle(SessionArtefact artefact)
{
    private readonly Dictionary<string, float[]> _tensors =
        artefact.Settings.Tensors(artefact.ItemCount).ToDictionary(tensor => tensor.Name, tensor => Read(artefact, tensor));

    /// <summary>Moves h and c of all blocks (2 M B H) by one interaction; returns the output vector (M E).</summary>
    internal float[] Step(Span<float> state, SessionStep step, bool round, byte requestGap = TimeGap.Unknown)
    {
        var (members, e) = (artefact.Settings.Members, artefact.Settings.EmbeddingSize);
        var states = state.Length / members;
        var output = new float[members * e];
        for (var member = 0; member < members; member++) Step(state.Slice(member * states, states), step, round, requestGap, member).CopyTo(output, member * e);
        return output;
    }

    private float[] Step(Span<float> state, SessionStep step, bool round, byte requestGap, int member)
    {
        var (blocks, e, h) = (artefact.Settings.Blocks, artefact.Settings.EmbeddingSize, artefact.Settings.HiddenSize);
        var x = new float[e];
        Add(x, Row("item_embedding", step.Item, member));
        Add(x, Row("kind_embedding", (int)step.Kind, member));
        Add(x, Row("strength_embedding", Strength.Bucket(step.Strength), member));
        if (artefact.Settings.TimeGaps) Add(x, Row("gap_embedding", step.Gap, member));
        for (var block = 0; block < blocks; block++)
        {
            var prefix = $"blocks.{(member * blocks) + block}.";
            var hidden = state.Slice(block * 2 * h, h);
            var cell = state.Slice((block * 2 * h) + h, h);

            var a = Norm(x, prefix + "norm1");
            var gates = Dense(a, _tensors[prefix + "lstm.weight_ih"], _tensors[prefix + "lstm.bias"]);
            gates = Dense(hidden, _tensors[prefix + "lstm.weight_hh"], gates);
            Scalar.LstmGates(gates, hidden, cell);
            Add(x, h == e ? hidden : Dense(hidden, _tensors[prefix + "projection.weight"], _tensors[prefix + "projection.bias"]));

            if (artefact.Settings.TimeGaps && block == blocks - 1) Add(x, Row("request_gap_embedding", requestGap, member));
            var inner = Dense(Norm(x, prefix + "norm2"), _tensors[prefix + "up.weight"], _tensors[prefix + "up.bias"]);
            for (var i = 0; i < inner.Length; i++) inner[i] = Scalar.Gelu(inner[i]);
            Add(x, Dense(inner, _tensors[prefix + "down.weight"], _tensors[prefix + "down.bias"]));
            if (!round) continue;
            foreach (ref var value in state.Slice(block * 2 * h, 2 * h)) value = (float)(Half)value;
        }

        var y = new float[e];
        Scalar.LayerNorm(x, _tensors["norm.weight"].AsSpan(member * e, e), _tensors["norm.bias"].AsSpan(member * e, e), y);
        return y;
    }

    private ReadOnlySpan<float> Row(string table, int row, int member) =>
        _tensors[table].AsSpan((row * artefact.Settings.VectorSize) + (member * artefact.Settings.EmbeddingSize), artefact.Settings.EmbeddingSize);

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
