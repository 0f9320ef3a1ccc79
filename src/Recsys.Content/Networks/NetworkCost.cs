namespace Recsys.Content.Networks;

/// <summary>What one example costs a network: bounded, because whoever may train or import a model would else make the server compute for minutes, or hold gigabytes, for a single answer.</summary>
internal static class NetworkCost
{
    /// <summary>Multiplications an example: about half a second of one core.</summary>
    private const double MostProducts = 2e10;

    /// <summary>Values of one feature map: 64 MB.</summary>
    private const double MostMapValues = 1 << 24;

    /// <summary>Values that a dense layer reads.</summary>
    private const double MostInputs = 4_000_000;

    /// <summary>What is too much, or null.</summary>
    internal static string? Problem(NetworkSettings settings, NetworkSizes sizes)
    {
        var inputs = NetworkTensors.FirstDenseInputs(settings, sizes);
        if (inputs > MostInputs) return $"the first dense layer reads {inputs} values, expected at most {MostInputs:0}";
        return settings.Kind switch
        {
            NetworkKind.Convolutional => ConvolutionProblem(settings, sizes),
            NetworkKind.Recurrent or NetworkKind.Text => LstmProblem(settings, sizes),
            _ => null,
        };
    }

    private static string? ConvolutionProblem(NetworkSettings settings, NetworkSizes sizes)
    {
        var (height, width, channels, products) = (sizes.Height, sizes.Width, sizes.Channels, 0.0);
        for (var i = 0; i < settings.Convolutions.Count; i++)
        {
            var layer = settings.Convolutions[i];
            var values = (double)layer.Filters * height * width;
            if (values > MostMapValues) return $"convolutions[{i}] makes {layer.Filters} maps of {width} x {height}, {values:0} values, expected at most {MostMapValues:0}";
            products += values * channels * layer.Kernel * layer.Kernel;
            (height, width, channels) = (height / layer.Pool, width / layer.Pool, layer.Filters);
        }

        return products <= MostProducts ? null : $"the convolutions take {products:0} multiplications an image, expected at most {MostProducts:0}: fewer filters or smaller images";
    }

    private static string? LstmProblem(NetworkSettings settings, NetworkSizes sizes)
    {
        var step = sizes.Ids > 0 ? settings.EmbeddingSize : sizes.StepWidth;
        var products = (settings.Bidirectional ? 2.0 : 1) * sizes.Steps * 4 * settings.LstmSize * (step + settings.LstmSize);
        return products <= MostProducts
            ? null
            : $"the LSTM takes {products:0} multiplications for {sizes.Steps} steps, expected at most {MostProducts:0}: fewer units, or smaller max_length";
    }
}
