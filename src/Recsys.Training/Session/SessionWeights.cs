using Recsys.Inference.Artefacts;

namespace Recsys.Training.Session;

/// <summary>The float32 master weights of a network, flat. libtorch only ever works on copies of them.</summary>
internal sealed class SessionWeights(WeightLayout layout, float[] values)
{
    /// <summary>Deviation of fresh embeddings: small, so that the first logits are nearly equal.</summary>
    private const float EmbeddingDeviation = 0.02f;

    public WeightLayout Layout { get; } = layout;

    public float[] Values { get; } = values;

    public Span<float> this[WeightSlot slot] => Values.AsSpan(slot.Offset, slot.Length);

    public Span<float> this[string name] => this[Layout[name]];

    /// <summary>Fresh weights: embeddings normal, matrices uniform by their inputs as usual for LSTMs and linear layers, norms one, biases zero.</summary>
    public static SessionWeights CreateRandom(SessionSettings network, int items, long seed)
    {
        var layout = new WeightLayout(network, items);
        var weights = new SessionWeights(layout, new float[layout.Length]);
        var random = SeededRandom.Create(seed, stream: 2);
        foreach (var slot in layout.Slots)
        {
            var values = weights[slot];
            if (slot.Name.EndsWith("_embedding", StringComparison.Ordinal))
                Fill(values, () => EmbeddingDeviation * random.NextNormal());
            else if (slot.Shape.Length == 2)
                FillUniform(values, random, 1 / Math.Sqrt(slot.Name.Contains(".lstm.") ? network.HiddenSize : slot.Shape[1]));
            else if (slot.Name.EndsWith(".weight", StringComparison.Ordinal))
                values.Fill(1);
        }
        // An open forget gate lets gradients through from the start (Jozefowicz et al. 2015).
        for (var i = 0; i < network.Blocks; i++)
            weights[$"blocks.{i}.lstm.bias"].Slice(network.HiddenSize, network.HiddenSize).Fill(1);
        return weights;
    }

    /// <summary>
    /// Starts the softmax at the items' popularity. An optimiser that moves a weight by the learning rate a step takes thousands of steps to learn it, which
    /// small data doesn't have; the network learns what depends on the user from the first step on.
    /// </summary>
    /// <param name="counts">How often each item is a target of the training.</param>
    public void StartAtPopularity(int[] counts)
    {
        var bias = this["item_bias"];
        double sum = 0;
        for (var item = 0; item < bias.Length; item++)
            sum += bias[item] = (float)Math.Log(counts[item] + 1);
        var mean = (float)(sum / bias.Length);
        foreach (ref var value in bias)
            value -= mean;
    }

    public SessionWeights Copy() => new(Layout, (float[])Values.Clone());

    private static void FillUniform(Span<float> values, Random random, double limit) =>
        Fill(values, () => (float)((random.NextDouble() * 2 - 1) * limit));

    private static void Fill(Span<float> values, Func<float> draw)
    {
        foreach (ref var value in values)
            value = draw();
    }
}
