using Recsys.Content.Preprocessing;
using Recsys.Inference.Kernels;

namespace Recsys.Content.Networks;

/// <summary>A network as its description reads, with scalar kernels in plain loops: what <see cref="NetworkForward"/> is tested against. Not used to serve.</summary>
internal sealed class NetworkOracle(NetworkSettings settings, NetworkSizes sizes, Func<string, float[]> tensor)
{
    internal float[] Logits(NetworkInput input)
    {
        var logits = Dense(settings.Kind switch
        {
            NetworkKind.Dense => Full(input.Features, sizes.Features),
            NetworkKind.Convolutional => FeatureMap(input.Pixels),
            _ => Sequence(sizes.Ids > 0 ? [.. input.Ids.Select(Embedding)] : [.. input.Vectors.Chunk(sizes.StepWidth)]),
        });
        if (settings is not { Kind: NetworkKind.Text, Wide: true }) return logits;
        var wide = new float[logits.Length];
        Scalar.Dense(tensor("wide.weight"), logits, Full(input.Features, sizes.Features), wide);
        return wide;
    }

    private static float[] Full(SparseVector vector, int length)
    {
        var full = new float[length];
        for (var i = 0; i < vector.Indices.Length; i++) full[vector.Indices[i]] = vector.Values[i];
        return full;
    }

    private float[] Dense(float[] x)
    {
        for (var i = 0; i < settings.HiddenSizes.Count; i++)
        {
            var hidden = new float[settings.HiddenSizes[i]];
            Scalar.Dense(tensor($"hidden.{i}.weight"), tensor($"hidden.{i}.bias"), x, hidden);
            x = [.. hidden.Select(value => Math.Max(0, value))];
        }

        var logits = new float[sizes.Outputs];
        Scalar.Dense(tensor("output.weight"), tensor("output.bias"), x, logits);
        return logits;
    }

    private float[] FeatureMap(float[] x)
    {
        var (height, width) = (sizes.Height, sizes.Width);
        for (var i = 0; i < settings.Convolutions.Count; i++)
        {
            var layer = settings.Convolutions[i];
            var convolved = new float[layer.Filters * height * width];
            Scalar.Convolution(tensor($"convolutions.{i}.weight"), tensor($"convolutions.{i}.bias"), layer.Kernel, x, height, width, convolved);
            x = new float[layer.Filters * (height / layer.Pool) * (width / layer.Pool)];
            Scalar.MaxPool(convolved, height, width, layer.Pool, x);
            (height, width) = (height / layer.Pool, width / layer.Pool);
        }

        return x;
    }

    private float[] Embedding(int id) => tensor("embedding.weight")[(id * settings.EmbeddingSize)..((id + 1) * settings.EmbeddingSize)];

    private float[] Sequence(float[][] steps)
    {
        var forward = Pool(States("lstm", steps));
        return settings.Bidirectional ? [.. forward, .. Pool(States("lstm_reverse", [.. steps.Reverse()]))] : forward;
    }

    private List<float[]> States(string lstm, float[][] steps)
    {
        var (h, c, states) = (new float[settings.LstmSize], new float[settings.LstmSize], new List<float[]>());
        foreach (var step in steps)
        {
            var (input, gates) = (new float[4 * settings.LstmSize], new float[4 * settings.LstmSize]);
            Scalar.Dense(tensor(lstm + ".weight_ih"), tensor(lstm + ".bias"), step, input);
            Scalar.Dense(tensor(lstm + ".weight_hh"), input, h, gates);
            Scalar.LstmGates(gates, h, c);
            states.Add([.. h]);
        }

        return states;
    }

    private float[] Pool(List<float[]> states) => settings.Pooling switch
    {
        SequencePooling.Last => states[^1],
        SequencePooling.Mean => [.. Enumerable.Range(0, settings.LstmSize).Select(unit => (float)states.Average(state => (double)state[unit]))],
        _ => [.. Enumerable.Range(0, settings.LstmSize).Select(unit => states.Max(state => state[unit]))],
    };
}
