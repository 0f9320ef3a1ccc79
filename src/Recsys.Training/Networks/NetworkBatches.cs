using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Training.Networks;

/// <summary>Cuts encoded examples into batches, and pads those.</summary>
/// <param name="settings">The task, and how many examples a batch has.</param>
/// <param name="sizes">The network's.</param>
/// <param name="target">Its outputs.</param>
internal sealed class NetworkBatches(NetworkSettings settings, NetworkSizes sizes, FittedTarget target)
{
    /// <summary>Batches that are sorted by length together: enough that little is padding, few enough that an epoch's order stays random.</summary>
    private const int Pool = 50;

    /// <summary>One pass over all examples in random order, those of like length together.</summary>
    public List<int[]> Shuffled(EncodedExamples examples, Random random)
    {
        var order = Enumerable.Range(0, examples.Count).ToArray();
        random.Shuffle(order);
        var batches = new List<int[]>();
        foreach (var pool in order.Chunk(Pool * settings.BatchSize))
            batches.AddRange(pool.OrderBy(examples.LengthOf).Chunk(settings.BatchSize));
        var shuffled = batches.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    /// <summary>All examples, the shortest first.</summary>
    public IEnumerable<int[]> Sorted(EncodedExamples examples) => Enumerable.Range(0, examples.Count).OrderBy(examples.LengthOf).Chunk(Math.Max(settings.BatchSize, 128));

    /// <summary>Some examples side by side.</summary>
    public NetworkBatch Of(EncodedExamples examples, int[] chosen)
    {
        var inputs = Array.ConvertAll(chosen, i => examples[i]);
        var batch = Of(inputs, settings.Bidirectional, sizes);
        var outputs = target.Outputs();
        switch (settings.Task)
        {
            case NetworkTask.Classes:
                return batch with { Classes = Array.ConvertAll(chosen, i => (long)examples.Classes[i]) };
            case NetworkTask.Labels:
                var labels = new float[chosen.Length * outputs];
                for (var row = 0; row < chosen.Length; row++)
                    for (var k = 0; k < outputs; k++)
                        labels[(row * outputs) + k] = examples.Labels[chosen[row]][k] ? 1 : 0;
                return batch with { Targets = labels };
            default:
                return batch with { Targets = Array.ConvertAll(chosen, i => (float)((examples.Numbers[i] - target.Mean) / target.Deviation)) };
        }
    }

    /// <summary>Some inputs side by side, without targets.</summary>
    public static NetworkBatch Of(IReadOnlyList<NetworkInput> inputs, bool bidirectional, NetworkSizes sizes)
    {
        var batch = new NetworkBatch { Rows = inputs.Count };
        if (sizes.Features > 0)
            batch = WithFeatures(batch, inputs);
        if (sizes.Channels > 0)
            return batch with { Pixels = [.. inputs.SelectMany(input => input.Pixels)] };
        if (sizes is { Ids: 0, StepWidth: 0 })
            return batch;
        var width = Math.Max(1, sizes.StepWidth);
        var lengths = inputs.Select(input => (long)(sizes.Ids > 0 ? input.Ids.Length : input.Vectors.Length / width)).ToArray();
        batch = batch with { Lengths = lengths, Steps = (int)lengths.Max() };
        return sizes.Ids > 0
            ? batch with { Ids = Ids(inputs, batch.Steps, reversed: false), ReversedIds = bidirectional ? Ids(inputs, batch.Steps, reversed: true) : [] }
            : batch with { Vectors = Vectors(inputs, batch.Steps, width, reversed: false), ReversedVectors = bidirectional ? Vectors(inputs, batch.Steps, width, reversed: true) : [] };
    }

    private static NetworkBatch WithFeatures(NetworkBatch batch, IReadOnlyList<NetworkInput> inputs) => batch with
    {
        FeatureRows = [.. inputs.SelectMany((input, row) => Enumerable.Repeat((long)row, input.Features.Indices.Length))],
        FeaturePlaces = [.. inputs.SelectMany(input => input.Features.Indices).Select(place => (long)place)],
        FeatureValues = [.. inputs.SelectMany(input => input.Features.Values)],
    };

    private static long[] Ids(IReadOnlyList<NetworkInput> inputs, int steps, bool reversed)
    {
        var ids = new long[inputs.Count * steps];
        for (var row = 0; row < inputs.Count; row++)
        {
            var from = inputs[row].Ids;
            for (var i = 0; i < from.Length; i++)
                ids[(row * steps) + i] = from[reversed ? from.Length - 1 - i : i];
        }
        return ids;
    }

    private static float[] Vectors(IReadOnlyList<NetworkInput> inputs, int steps, int width, bool reversed)
    {
        var vectors = new float[inputs.Count * steps * width];
        for (var row = 0; row < inputs.Count; row++)
        {
            var from = inputs[row].Vectors;
            var length = from.Length / width;
            for (var i = 0; i < length; i++)
                from.AsSpan((reversed ? length - 1 - i : i) * width, width).CopyTo(vectors.AsSpan(((row * steps) + i) * width, width));
        }
        return vectors;
    }
}
