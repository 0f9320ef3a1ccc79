using Recsys.Inference.Artefacts;

namespace Recsys.Tests.Inference;

/// <summary>Session models with random but reproducible weights, of about the size that trained ones have.</summary>
internal static class SampleModel
{
    internal static SessionSettings Settings(int embedding, int hidden, int blocks, int multiple = 4) => new()
    {
        EmbeddingSize = embedding,
        HiddenSize = hidden,
        Blocks = blocks,
        FeedForwardMultiple = multiple,
    };

    internal static ArtefactManifest Manifest(SessionSettings settings, int items) => new()
    {
        Created = DateTimeOffset.UnixEpoch,
        CodeVersion = "test",
        Settings = settings,
        Data = new() { Users = 1, Items = items, Interactions = 1, FirstTimeMs = 0, LastTimeMs = 0 },
    };

    internal static List<NamedTensor> Tensors(SessionSettings settings, int items, int seed)
    {
        var random = new Random(seed);
        var tensors = new List<NamedTensor>();
        foreach (var (name, shape) in settings.Tensors(items))
        {
            var values = new float[shape.Aggregate(1, (product, size) => product * size)];
            var scale = shape.Count == 2 && name.Contains("weight") ? 2f / MathF.Sqrt(shape[1]) : 0.5f;
            var centre = name.Contains("norm") && name.EndsWith("weight") ? 1f : 0f;
            for (var i = 0; i < values.Length; i++) values[i] = centre + (scale * ((2 * random.NextSingle()) - 1));
            tensors.Add(new(name, shape, values));
        }

        return tensors;
    }

    internal static uint[] ItemNumbers(int items) => [.. Enumerable.Range(0, items).Select(i => (uint)((i * 3) + 7))];

    internal static SessionArtefact Open(TemporaryFolder folder, SessionSettings settings, int items, int seed = 1)
    {
        var path = folder.Child($"model-{Guid.NewGuid():N}");
        SessionArtefactWriter.Write(path, Manifest(settings, items), Tensors(settings, items, seed), ItemNumbers(items));
        return SessionArtefact.Open(path);
    }
}
