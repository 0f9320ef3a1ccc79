using Recsys.Inference.Artefacts;

namespace Recsys.Server.Bench;

/// <summary>An artefact with random weights: its lists mean nothing, and cost what a trained model's of the same size do.</summary>
internal static class RandomModel
{
    private const int FeedForwardMultiple = 4;

    /// <summary>Writes the folder, which must not exist yet.</summary>
    public static void Write(string folder, NetworkSize size, IReadOnlyList<uint> itemNumbers, DateTimeOffset now, int seed)
    {
        var settings = new SessionSettings
        {
            EmbeddingSize = size.Embedding,
            HiddenSize = size.Hidden,
            Blocks = size.Blocks,
            FeedForwardMultiple = FeedForwardMultiple,
        };
        var manifest = new ArtefactManifest
        {
            Created = now,
            CodeVersion = "recsys bench: random weights",
            Settings = settings,
            Data = new TrainingDataSummary { Users = 0, Items = itemNumbers.Count, Interactions = 0, FirstTimeMs = 0, LastTimeMs = 0 },
        };
        var random = new Random(seed);
        NamedTensor[] tensors = [.. settings.Tensors(itemNumbers.Count).Select(tensor => new NamedTensor(tensor.Name, tensor.Shape, Values(tensor, random)))];
        SessionArtefactWriter.Write(folder, manifest, tensors, itemNumbers.ToArray());
    }

    private static float[] Values(TensorShape tensor, Random random)
    {
        var values = new float[tensor.Shape.Aggregate(1, (product, length) => checked(product * length))];
        var isNormWeight = tensor.Name.Contains("norm", StringComparison.Ordinal) && tensor.Name.EndsWith(".weight", StringComparison.Ordinal);
        var (centre, scale) = isNormWeight ? (1f, 0f)
            : tensor.Name == "item_popularity" ? (1f, 1f)
            : (0f, tensor.Shape.Count == 2 ? 1 / MathF.Sqrt(tensor.Shape[1]) : 0.1f);
        for (var i = 0; i < values.Length; i++) values[i] = centre + (scale * ((2 * random.NextSingle()) - 1));
        return values;
    }
}
