using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Training.Networks.Baselines;

/// <summary>What a linear model reads of the examples: what the network does, as one vector.</summary>
/// <param name="Width">Values of a vector.</param>
/// <param name="Parts">The training, validation and test part's vectors.</param>
internal sealed record BaselineFeatures(int Width, IReadOnlyList<IReadOnlyList<SparseVector>> Parts)
{
    /// <summary>
    /// Dense: the same vector. Text: TF-IDF of words and pairs, also where the network has no wide way. Convolutional: the pixels. Recurrent: how often
    /// each category is there, and which is last; of
    /// vectors the mean and the last.
    /// </summary>
    public static BaselineFeatures Of(
        NetworkSpec spec, NetworkData data, FittedPreprocessing fitted, IReadOnlyList<EncodedExamples> encoded, int threads, CancellationToken cancellation)
    {
        var sizes = fitted.Sizes(spec, data.Target.Outputs());
        switch (spec.Network.Kind)
        {
            case NetworkKind.Dense:
                return new(sizes.Features, Each(encoded, input => input.Features));
            case NetworkKind.Convolutional:
                int[] places = [.. Enumerable.Range(0, sizes.Channels * sizes.Height * sizes.Width)];
                return new(places.Length, Each(encoded, input => new SparseVector(places, input.Pixels)));
            case NetworkKind.Recurrent when sizes.Ids > 0:
                return new(2 * sizes.Ids, Each(encoded, input => OfIds(input.Ids, sizes.Ids)));
            case NetworkKind.Recurrent:
                return new(2 * sizes.StepWidth, Each(encoded, input => OfVectors(input.Vectors, sizes.StepWidth)));
            default:
                var words = spec with { Network = new() { Kind = NetworkKind.Text, Task = spec.Network.Task, Wide = true } };
                var learned = PreprocessingFit.Fit(words, TrainingPart.Of(data.Train), cancellation);
                var parts = new[] { data.Train, data.Validation, data.Test }.Select(part => EncodedExamples.Of(part, words, learned, data.Target, threads, cancellation)).ToList();
                return new(learned.Sizes(words, data.Target.Outputs()).Features, Each(parts, input => input.Features));
        }
    }

    private static SparseVector[][] Each(IReadOnlyList<EncodedExamples> parts, Func<NetworkInput, SparseVector> of) =>
        [.. parts.Select(part => Enumerable.Range(0, part.Count).Select(i => of(part[i])).ToArray())];

    private static SparseVector OfIds(int[] ids, int width)
    {
        var counts = ids.GroupBy(id => id).OrderBy(group => group.Key).ToList();
        return new([.. counts.Select(group => group.Key), width + ids[^1]], [.. counts.Select(group => group.Count() / (float)ids.Length), 1]);
    }

    private static SparseVector OfVectors(float[] vectors, int width)
    {
        var (values, steps) = (new float[2 * width], vectors.Length / width);
        for (var i = 0; i < vectors.Length; i++)
            values[i % width] += vectors[i] / steps;
        vectors.AsSpan(vectors.Length - width).CopyTo(values.AsSpan(width));
        return new([.. Enumerable.Range(0, values.Length)], values);
    }
}
