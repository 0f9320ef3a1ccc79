using System.Runtime.InteropServices;
using Recsys.Content.Networks;
using Recsys.Inference.Artefacts;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Recsys.Training.Networks;

/// <summary>A network of one's own in libtorch's terms, with gradients: what NetworkModel computes at serving, padded and batched.</summary>
internal sealed class NetworkGraph : IDisposable
{
    /// <summary>
    /// Held for good. A Scalar that a call makes of a number may be finalised while native code still reads it; a training whose steps made many once died of a corrupted heap. So steps take tensors,
    /// and no numbers.
    /// </summary>
    private static readonly Scalar One = 1;

    private readonly NetworkSettings _settings;
    private readonly NetworkSizes _sizes;
    private readonly Dictionary<string, NetworkParameter> _byName;
    private readonly Dictionary<string, LSTM> _lstms = [];

    /// <summary>Makes the tensors, all zero: <see cref="NetworkStart"/> gives them their first values.</summary>
    public NetworkGraph(NetworkSettings settings, NetworkSizes sizes)
    {
        (_settings, _sizes) = (settings, sizes);
        var shapes = settings.Tensors(sizes).ToList();
        foreach (var lstm in shapes.Where(shape => shape.Name.EndsWith(".weight_hh", StringComparison.Ordinal)).Select(shape => shape.Name.Split('.')[0]))
            _lstms[lstm] = nn.LSTM(sizes.Ids > 0 ? settings.EmbeddingSize : sizes.StepWidth, settings.LstmSize, batchFirst: true);
        Parameters = [.. shapes.Select(Make)];
        _byName = Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
    }

    /// <summary>All weights, in the artefact's order.</summary>
    public IReadOnlyList<NetworkParameter> Parameters { get; }

    /// <summary>The logits, or the standardised number: (B, O).</summary>
    /// <param name="batch">What is read.</param>
    /// <param name="dropout">What is dropped: values before dense layers, whole steps of categories and word pieces (which read
    /// as unknown); null: nothing, as at serving.</param>
    /// <param name="wide">Whether the wide way's part is added, where there is one.</param>
    public Tensor Forward(NetworkBatch batch, DropoutSource? dropout, bool wide = true)
    {
        // Also where no gradient is wanted: libtorch 2.10 has another LSTM for that, whose float32 results are wrong for many hidden sizes (8, 16, 40, 48, 80...).
        using var gradients = enable_grad();
        var x = _settings.Kind switch
        {
            NetworkKind.Dense => null,
            NetworkKind.Convolutional => Convolve(batch),
            _ => Remember(batch, dropout),
        };
        for (var i = 0; i < _settings.HiddenSizes.Count; i++)
            x = nn.functional.relu(Dense(x, NetworkTensors.Hidden(i), batch, dropout));
        var logits = Dense(x, NetworkTensors.Output, batch, dropout);
        return wide && _settings is { Kind: NetworkKind.Text, Wide: true } ? logits + Summed(batch, _byName[NetworkTensors.Wide].Tensor, null) : logits;
    }

    /// <summary>The weights as an artefact has them.</summary>
    public List<NamedTensor> ToTensors() => [.. Parameters.Select(parameter => new NamedTensor(parameter.Name, parameter.Shape, parameter.ToArtefact()))];

    public void Dispose()
    {
        foreach (var lstm in _lstms.Values)
            lstm.Dispose();
        foreach (var parameter in Parameters)
            parameter.Tensor.Dispose();
    }

    private Tensor Convolve(NetworkBatch batch)
    {
        var x = tensor(batch.Pixels, batch.Rows, _sizes.Channels, _sizes.Height, _sizes.Width);
        for (var i = 0; i < _settings.Convolutions.Count; i++)
        {
            var layer = _settings.Convolutions[i];
            var (name, padding) = (NetworkTensors.Convolution(i), layer.Kernel / 2L);
            x = nn.functional.relu(nn.functional.conv2d(x, Weight(name), Bias(name), [1, 1], [padding, padding]));
            if (layer.Pool > 1)
                x = nn.functional.max_pool2d(x, layer.Pool);
        }
        return x.flatten(1);
    }

    private Tensor Remember(NetworkBatch batch, DropoutSource? dropout)
    {
        var forward = Pool(NetworkTensors.Lstm, batch, Dropped(batch.Ids, dropout), batch.Vectors);
        return _settings.Bidirectional ? cat([forward, Pool(NetworkTensors.LstmReverse, batch, Dropped(batch.ReversedIds, dropout), batch.ReversedVectors)], 1) : forward;
    }

    private static long[] Dropped(long[] ids, DropoutSource? dropout) => dropout is null ? ids : [.. dropout.Next(ids.Length).Zip(ids, (kept, id) => kept > 0 ? id : 0)];

    // What is behind a sequence's last step is computed as well, and read by nothing.
    private Tensor Pool(string name, NetworkBatch batch, long[] ids, float[] vectors)
    {
        int b = batch.Rows, l = batch.Steps;
        var steps = _sizes.Ids > 0
            ? _byName[NetworkTensors.Embedding].Tensor.index_select(0, tensor(ids)).view(b, l, _settings.EmbeddingSize)
            : tensor(vectors, b, l, _sizes.StepWidth);
        var (h, _, _) = _lstms[name].forward(steps); // (B, L, H)
        if (_settings.Pooling == SequencePooling.Last)
            return h.reshape(-1, _settings.LstmSize).index_select(0, tensor(batch.Lengths.Select((length, row) => (row * (long)l) + length - 1).ToArray()));
        return _settings.Pooling == SequencePooling.Mean
            ? (h * tensor(EachStep(batch, length => 1f / length, 0), b, l, 1)).sum(1)
            : (h + tensor(EachStep(batch, _ => 0, float.NegativeInfinity), b, l, 1)).amax([1]);
    }

    private static float[] EachStep(NetworkBatch batch, Func<long, float> known, float padding)
    {
        var values = new float[batch.Rows * batch.Steps];
        for (var i = 0; i < values.Length; i++)
            values[i] = i % batch.Steps < batch.Lengths[i / batch.Steps] ? known(batch.Lengths[i / batch.Steps]) : padding;
        return values;
    }

    private Tensor Dense(Tensor? x, string name, NetworkBatch batch, DropoutSource? dropout)
    {
        if (x is null)
            return Summed(batch, Weight(name), dropout) + Bias(name);
        if (dropout is not null)
            x *= tensor(dropout.Next((int)x.numel()), x.shape);
        return nn.functional.linear(x, Weight(name), Bias(name));
    }

    // A product of a sparse vector and a matrix: the matrix' rows, weighted and summed.
    private static Tensor Summed(NetworkBatch batch, Tensor rows, DropoutSource? dropout)
    {
        var values = dropout is null ? batch.FeatureValues : [.. dropout.Next(batch.FeatureValues.Length).Zip(batch.FeatureValues, (kept, value) => kept * value)];
        var sums = zeros(batch.Rows, rows.shape[1]);
        return values.Length == 0 ? sums : sums.index_add(0, tensor(batch.FeatureRows), rows.index_select(0, tensor(batch.FeaturePlaces)) * tensor(values, values.Length, 1), One);
    }

    private Tensor Weight(string name) => _byName[name + ".weight"].Tensor;

    private Tensor Bias(string name) => _byName[name + ".bias"].Tensor;

    private NetworkParameter Make(TensorShape shape)
    {
        var parts = shape.Name.Split('.');
        if (_lstms.TryGetValue(parts[0], out var lstm))
            return new NetworkParameter(shape, LstmTensor(lstm, parts[1]), isTransposed: false);
        var first = _settings.HiddenSizes.Count > 0 ? NetworkTensors.Hidden(0) : NetworkTensors.Output;
        var isSparse = shape.Name == NetworkTensors.Wide || (_settings.Kind == NetworkKind.Dense && shape.Name == first + ".weight");
        long[] sizes = [.. isSparse ? shape.Shape.Reverse().Select(size => (long)size) : shape.Shape.Select(size => (long)size)];
        return new NetworkParameter(shape, zeros(sizes, requires_grad: true).DetachFromDisposeScope(), isSparse);
    }

    private static Tensor LstmTensor(LSTM lstm, string name)
    {
        // What the module makes on its way to its parameters goes at once, not when a finaliser comes by.
        using var scope = NewDisposeScope();
        Tensor? found = null;
        foreach (var (its, parameter) in lstm.named_parameters())
        {
            // The artefact has one bias; libtorch's second stays zero.
            if (its == "bias_hh_l0")
            {
                using (no_grad())
                    parameter.zero_();
                parameter.requires_grad = false;
            }
            if (its == (name == "bias" ? "bias_ih_l0" : name + "_l0"))
                found = parameter;
            parameter.DetachFromDisposeScope();
        }
        MemoryMarshal.Cast<byte, float>(found!.bytes).Clear();
        return found;
    }
}
