using Recsys.Content.Preprocessing;
using Recsys.Inference.Kernels;

namespace Recsys.Content.Networks;

/// <summary>A network of one of the four families, from what it reads to its logits, in float32 SIMD. Immutable, thread-safe; the same bits on every processor and whatever is beside an example.</summary>
internal sealed class NetworkForward
{
    private readonly NetworkSizes _sizes;
    private readonly NetworkSettings _settings;
    private readonly DenseLayers _dense;
    private readonly ConvolutionLayers? _convolutions;
    private readonly LstmLayer[] _lstms = [];
    private readonly float[]? _embedding;
    private readonly DenseFloat32? _wide;

    /// <param name="settings">Without a problem.</param>
    /// <param name="sizes">That fit them.</param>
    /// <param name="tensor">Values by name, as <see cref="NetworkSettings.Tensors"/> lists them; not to be changed any more.</param>
    internal NetworkForward(NetworkSettings settings, NetworkSizes sizes, Func<string, float[]> tensor)
    {
        (_settings, _sizes) = (settings, sizes);
        _dense = new(settings, sizes, tensor);
        if (settings.Kind == NetworkKind.Convolutional) _convolutions = new(settings, sizes, tensor);
        if (settings.Kind is not (NetworkKind.Recurrent or NetworkKind.Text)) return;
        if (sizes.Ids > 0) _embedding = tensor(NetworkTensors.Embedding);
        string[] names = settings.Bidirectional ? [NetworkTensors.Lstm, NetworkTensors.LstmReverse] : [NetworkTensors.Lstm];
        _lstms = [.. names.Select(name => new LstmLayer(settings, sizes.Ids > 0 ? settings.EmbeddingSize : sizes.StepWidth, name, tensor))];
        if (settings is { Kind: NetworkKind.Text, Wide: true }) _wide = new(tensor(NetworkTensors.Wide), sizes.Outputs, sizes.Features);
    }

    /// <summary>The logits of an example, (outputs); of a number, the standardised number.</summary>
    internal float[] Logits(NetworkInput input)
    {
        switch (_settings.Kind)
        {
            case NetworkKind.Dense:
                return _dense.Apply(input.Features);
            case NetworkKind.Convolutional:
                return _dense.Apply(_convolutions!.Apply(input.Pixels));
            default:
                var steps = _embedding is null ? input.Vectors : Embedded(input.Ids);
                var (h, kept) = (_settings.LstmSize, new float[_lstms.Length * _settings.LstmSize]);
                for (var i = 0; i < _lstms.Length; i++) _lstms[i].Apply(steps, isBackwards: i == 1, kept.AsSpan(i * h, h));
                var logits = _dense.Apply(kept);
                _wide?.AddSparse(input.Features.Indices, input.Features.Values, logits);
                return logits;
        }
    }

    private float[] Embedded(int[] ids)
    {
        var e = _settings.EmbeddingSize;
        var steps = new float[ids.Length * e];
        for (var i = 0; i < ids.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ids[i], (uint)_sizes.Ids, nameof(ids));
            _embedding.AsSpan(ids[i] * e, e).CopyTo(steps.AsSpan(i * e));
        }

        return steps;
    }
}
