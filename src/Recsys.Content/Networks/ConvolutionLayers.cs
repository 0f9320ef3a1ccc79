using System.Buffers;
using Recsys.Inference.Kernels;

namespace Recsys.Content.Networks;

/// <summary>Convolutions with ReLU and max-pooling, one after another; the last feature map is flattened as (channels, height, width).</summary>
internal sealed class ConvolutionLayers
{
    private readonly NetworkSizes _sizes;
    private readonly Convolution[] _convolutions;
    private readonly int[] _pools;

    internal ConvolutionLayers(NetworkSettings settings, NetworkSizes sizes, Func<string, float[]> tensor)
    {
        (_sizes, _convolutions, _pools) = (sizes, new Convolution[settings.Convolutions.Count], [.. settings.Convolutions.Select(layer => layer.Pool)]);
        var channels = sizes.Channels;
        for (var i = 0; i < _convolutions.Length; i++)
        {
            var (layer, name) = (settings.Convolutions[i], NetworkTensors.Convolution(i));
            _convolutions[i] = new(tensor(name + ".weight"), tensor(name + ".bias"), layer.Filters, channels, layer.Kernel);
            channels = layer.Filters;
        }
    }

    /// <summary>The flattened last feature map of an image (channels, height, width).</summary>
    internal float[] Apply(ReadOnlySpan<float> pixels)
    {
        var from = new Planes(_sizes.Channels, _sizes.Height, _sizes.Width, _convolutions[0].Border);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, from.Channels * from.Height * from.Width);
        var input = Zeros(from);
        for (var row = 0; row < from.Channels * from.Height; row++) pixels.Slice(row * from.Width, from.Width).CopyTo(input.AsSpan(from.At(row / from.Height, row % from.Height)));
        for (var i = 0; ; i++)
        {
            var to = new Planes(_convolutions[i].Filters, from.Height, from.Width, 0);
            var output = ArrayPool<float>.Shared.Rent(to.Length);
            _convolutions[i].Apply(input, from, output, to);
            ArrayPool<float>.Shared.Return(input);
            var (height, width) = (to.Height / _pools[i], to.Width / _pools[i]);
            if (i == _convolutions.Length - 1)
            {
                var flat = new float[to.Channels * height * width];
                MaxPool.Apply(output, to, _pools[i], flat, (channel, row) => ((channel * height) + row) * width);
                ArrayPool<float>.Shared.Return(output);
                return flat;
            }

            from = new(to.Channels, height, width, _convolutions[i + 1].Border);
            input = Zeros(from);
            MaxPool.Apply(output, to, _pools[i], input, from.At);
            ArrayPool<float>.Shared.Return(output);
        }
    }

    private static float[] Zeros(Planes planes)
    {
        var values = ArrayPool<float>.Shared.Rent(planes.Length);
        values.AsSpan(0, planes.Length).Clear();
        return values;
    }
}
