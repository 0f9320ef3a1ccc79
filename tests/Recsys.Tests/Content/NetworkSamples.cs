using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Inference.Artefacts;

namespace Recsys.Tests.Content;

/// <summary>Networks of random weights, and inputs for them.</summary>
internal static class NetworkSamples
{
    internal static Dictionary<string, float[]> Tensors(NetworkSettings settings, NetworkSizes sizes, Random random) =>
        settings.Tensors(sizes).ToDictionary(tensor => tensor.Name, tensor => Weights(tensor, random));

    internal static List<NamedTensor> Named(NetworkSettings settings, NetworkSizes sizes, int seed)
    {
        var random = new Random(seed);
        return [.. settings.Tensors(sizes).Select(tensor => new NamedTensor(tensor.Name, tensor.Shape, Weights(tensor, random)))];
    }

    internal static NetworkInput Input(NetworkSettings settings, NetworkSizes sizes, Random random)
    {
        var steps = random.Next(1, 12);
        return new()
        {
            Features = Sparse(sizes.Features, random),
            Pixels = settings.Kind == NetworkKind.Convolutional ? Floats(sizes.Channels * sizes.Height * sizes.Width, random) : [],
            Ids = sizes.Ids > 0 ? [.. Enumerable.Range(0, steps).Select(_ => random.Next(sizes.Ids))] : [],
            Vectors = Floats(steps * sizes.StepWidth, random),
        };
    }

    internal static SparseVector Sparse(int length, Random random)
    {
        int[] places = [.. Enumerable.Range(0, length).Where(_ => random.Next(4) == 0)];
        return new(places, Floats(places.Length, random));
    }

    internal static float[] Floats(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private static float[] Weights(TensorShape tensor, Random random)
    {
        var values = Floats(tensor.Shape.Aggregate(1, (product, size) => product * size), random);
        // As layers are begun: the more inputs the smaller, so that sums stay near 1.
        var scale = 1 / MathF.Sqrt(tensor.Shape.Skip(1).Aggregate(1, (product, size) => product * size));
        for (var i = 0; i < values.Length; i++) values[i] *= scale;
        return values;
    }
}
