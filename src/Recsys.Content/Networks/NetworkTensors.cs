using Recsys.Inference.Artefacts;

namespace Recsys.Content.Networks;

/// <summary>
/// The tensors of a network by name and shape, in torch's layouts: Linear (out, in), Conv2d (out, in, k, k), LSTM weight_ih (4H, in) and weight_hh (4H, H) with gates i, f, g, o and bias (4H), the sum
/// of torch's two.
/// </summary>
internal static class NetworkTensors
{
    internal const string Embedding = "embedding.weight";
    internal const string Wide = "wide.weight";
    internal const string Lstm = "lstm";
    internal const string LstmReverse = "lstm_reverse";
    internal const string Output = "output";

    /// <summary>Values of all tensors that a network may have at most: 400 MB of weights.</summary>
    internal const long MostValues = 100_000_000;

    internal static string Convolution(int layer) => $"convolutions.{layer}";

    internal static string Hidden(int layer) => $"hidden.{layer}";

    /// <summary>Every tensor of a network, in file order.</summary>
    internal static IEnumerable<TensorShape> Of(NetworkSettings settings, NetworkSizes sizes)
    {
        switch (settings.Kind)
        {
            case NetworkKind.Convolutional:
                var channels = sizes.Channels;
                for (var i = 0; i < settings.Convolutions.Count; i++)
                {
                    var layer = settings.Convolutions[i];
                    yield return new(Convolution(i) + ".weight", [layer.Filters, channels, layer.Kernel, layer.Kernel]);
                    yield return new(Convolution(i) + ".bias", [layer.Filters]);
                    channels = layer.Filters;
                }

                break;
            case NetworkKind.Recurrent or NetworkKind.Text:
                if (sizes.Ids > 0) yield return new(Embedding, [sizes.Ids, settings.EmbeddingSize]);
                var (h, step) = (settings.LstmSize, sizes.Ids > 0 ? settings.EmbeddingSize : sizes.StepWidth);
                foreach (var lstm in settings.Bidirectional ? new[] { Lstm, LstmReverse } : [Lstm])
                {
                    yield return new(lstm + ".weight_ih", [4 * h, step]);
                    yield return new(lstm + ".weight_hh", [4 * h, h]);
                    yield return new(lstm + ".bias", [4 * h]);
                }

                break;
        }

        var inputs = (int)Math.Min(FirstDenseInputs(settings, sizes), int.MaxValue);
        for (var i = 0; i < settings.HiddenSizes.Count; i++)
        {
            yield return new(Hidden(i) + ".weight", [settings.HiddenSizes[i], inputs]);
            yield return new(Hidden(i) + ".bias", [settings.HiddenSizes[i]]);
            inputs = settings.HiddenSizes[i];
        }

        yield return new(Output + ".weight", [sizes.Outputs, inputs]);
        yield return new(Output + ".bias", [sizes.Outputs]);
        if (settings is { Kind: NetworkKind.Text, Wide: true }) yield return new(Wide, [sizes.Outputs, sizes.Features]);
    }

    /// <summary>Values that go into the first dense layer: the vector, the flattened last feature map, or what is kept of the LSTM's states.</summary>
    internal static long FirstDenseInputs(NetworkSettings settings, NetworkSizes sizes)
    {
        switch (settings.Kind)
        {
            case NetworkKind.Dense:
                return sizes.Features;
            case NetworkKind.Convolutional:
                var (height, width, channels) = (sizes.Height, sizes.Width, sizes.Channels);
                foreach (var layer in settings.Convolutions) (height, width, channels) = (height / layer.Pool, width / layer.Pool, layer.Filters);
                return (long)height * width * channels;
            default:
                return settings.LstmSize * (settings.Bidirectional ? 2 : 1);
        }
    }

    /// <summary>What is wrong with these sizes for these settings, or null.</summary>
    internal static string? Problem(NetworkSettings settings, NetworkSizes sizes)
    {
        var isText = settings is { Kind: NetworkKind.Text };
        if (sizes.Outputs is < 1 or > NetworkSpec.MostLabels) return $"outputs are {sizes.Outputs}, expected 1 to {NetworkSpec.MostLabels}";
        if (settings.Kind == NetworkKind.Dense && sizes.Features < 1) return "the columns have nothing to read: no number, category or word was found in the training examples";
        if (isText && settings.Wide && sizes.Features < 1) return "the texts of the training examples have no word: set wide to false, or give texts";
        if (settings.Kind is NetworkKind.Recurrent or NetworkKind.Text && (sizes.Ids < 1) == (sizes.StepWidth < 1)) return "steps are neither categories nor vectors";
        if (FirstDenseInputs(settings, sizes) < 1)
        {
            return $"convolutions pool {sizes.Width} x {sizes.Height} pixels down to nothing, expected smaller pools or a larger image";
        }

        var values = Of(settings, sizes).Sum(tensor => tensor.Shape.Aggregate(1.0, (product, size) => product * size));
        return values <= MostValues ? NetworkCost.Problem(settings, sizes) : $"the network has {values:0} weights, expected at most {MostValues}";
    }
}
