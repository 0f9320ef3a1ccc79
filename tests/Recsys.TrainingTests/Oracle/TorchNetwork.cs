using System.Runtime.InteropServices;
using Recsys.Inference.Artefacts;
using Recsys.Training.Session;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Oracle;

/// <summary>
/// The session network in libtorch's own terms, which what trains and what serves are held against: item + kind + strength embeddings, residual LSTM blocks with layer
/// norms and a GELU feed-forward part, a last layer norm. Matrices live in float32 or bfloat16; embeddings, norms and the residual stream are always float32.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private const double NormEpsilon = 1e-5;

    private readonly SessionSettings _sizes;
    private readonly ScalarType _type;
    private readonly Dictionary<string, Tensor> _live = [];
    private readonly LSTM[] _lstms;
    private readonly long[] _normShape;

    /// <summary>Makes the tensors, all zero: <see cref="Load(SessionWeights)"/> gives them their values.</summary>
    /// <param name="settings">Sizes.</param>
    /// <param name="layout">The weights that will be loaded.</param>
    /// <param name="bfloat16">Matrices in bfloat16 instead of float32.</param>
    public TorchNetwork(TrainingSettings settings, WeightLayout layout, bool bfloat16)
    {
        _sizes = settings.Network;
        _type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        _normShape = [_sizes.EmbeddingSize];
        _lstms = new LSTM[_sizes.Blocks];
        for (var i = 0; i < _sizes.Blocks; i++)
            AddLstm(i);
        foreach (var slot in layout.Slots)
            if (!_live.ContainsKey(slot.Name))
                _live[slot.Name] = zeros(Array.ConvertAll(slot.Shape, size => (long)size), slot.MayBeBFloat16 ? _type : ScalarType.Float32, requires_grad: true).DetachFromDisposeScope();
    }

    public Tensor ItemEmbedding => _live["item_embedding"];

    public Tensor ItemBias => _live["item_bias"];

    /// <summary>The tensor for a slot of the weights, whose gradient is filled by a backward pass.</summary>
    public Tensor this[WeightSlot slot] => _live[slot.Name];

    /// <summary>Copies master weights in, rounding where the tensor is bfloat16.</summary>
    public void Load(SessionWeights weights)
    {
        foreach (var slot in weights.Layout.Slots)
            Load(slot, weights[slot]);
    }

    /// <summary>Copies one slot's master weights in.</summary>
    public void Load(WeightSlot slot, ReadOnlySpan<float> values)
    {
        var tensor = _live[slot.Name];
        if (tensor.dtype == ScalarType.BFloat16)
            Recsys.Inference.Kernels.BFloat16.Narrow(values, MemoryMarshal.Cast<byte, ushort>(tensor.bytes));
        else
            values.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
    }

    /// <summary>The outputs at the batch's positions, [T, E] float32.</summary>
    /// <param name="batch">Windows; with masks in the order of the packed batch that these are for.</param>
    /// <param name="masks">What is dropped, see <see cref="TorchDropout"/>; null: nothing, as when ranking.</param>
    public Tensor Forward(PaddedBatch batch, TorchDropout? masks = null)
    {
        // Also where no gradient is wanted: libtorch 2.10 has another LSTM for that, whose float32 results are wrong for many hidden sizes (8, 16, 40, 48, 80...).
        using var gradients = enable_grad();
        int e = _sizes.EmbeddingSize, last = _sizes.Blocks - 1;
        var positions = tensor(batch.Positions);
        var x = TorchDropout.Locked(Embed(batch, masks), masks?.Inputs);                         // (B, L, E)
        for (var i = 0; i <= last; i++)
        {
            var (h, _, _) = _lstms[i].forward(Norm(x, $"blocks.{i}.norm1").to_type(_type)); // (B, L, H)
            h = TorchDropout.Locked(h, masks?.Hidden[i]);
            x += (_sizes.HiddenSize == e ? h : Linear(h, $"blocks.{i}.projection")).to_type(ScalarType.Float32);
            if (i == last)
            {
                x = x.reshape(-1, e).index_select(0, positions);                            // (T, E): the rest is wanted at targets only
                if (_sizes.TimeGaps)
                    x += _live["request_gap_embedding"].index_select(0, tensor(masks?.RequestGaps ?? batch.RequestGaps));
            }
            var wide = nn.functional.gelu(Linear(Norm(x, $"blocks.{i}.norm2").to_type(_type), $"blocks.{i}.up"));
            var narrow = Linear(wide, $"blocks.{i}.down").to_type(ScalarType.Float32);
            x += i == last ? TorchDropout.Locked(narrow, masks?.FeedForward[i], batch) : TorchDropout.Locked(narrow, masks?.FeedForward[i]);
        }
        return Norm(x, "norm");
    }

    /// <summary>The logits of all items for outputs [T, E]: [T, N] float32.</summary>
    public Tensor Logits(Tensor outputs) => addmm(ItemBias, outputs, ItemEmbedding.t(), 1, 1);

    public void Dispose()
    {
        foreach (var lstm in _lstms)
            lstm.Dispose();
        foreach (var tensor in _live.Values)
            tensor.Dispose();
    }

    private Tensor Embed(PaddedBatch batch, TorchDropout? masks)
    {
        int b = batch.Rows, l = batch.Length, e = _sizes.EmbeddingSize;
        var items = ItemEmbedding.index_select(0, tensor(batch.Items));
        if (masks is not null)
            items *= masks.KeptItems;
        var context = _live["kind_embedding"].index_select(0, tensor(batch.Kinds)) + _live["strength_embedding"].index_select(0, tensor(batch.Buckets));
        if (_sizes.TimeGaps)
            context += _live["gap_embedding"].index_select(0, tensor(batch.Gaps));
        return (items + context).view(b, l, e);
    }

    private Tensor Norm(Tensor x, string name) =>
        nn.functional.layer_norm(x, _normShape, _live[name + ".weight"], _live[name + ".bias"], NormEpsilon);

    private Tensor Linear(Tensor x, string name) => nn.functional.linear(x, _live[name + ".weight"], _live[name + ".bias"]);

    private void AddLstm(int block)
    {
        // What the module makes on its way to its parameters goes at once, not when a finaliser comes by.
        using var scope = NewDisposeScope();
        var lstm = nn.LSTM(_sizes.EmbeddingSize, _sizes.HiddenSize, batchFirst: true);
        lstm.to(_type);
        foreach (var (name, parameter) in lstm.named_parameters())
        {
            // The artefact has one bias; libtorch's second stays zero.
            using (no_grad())
                parameter.zero_();
            var trained = name != "bias_hh_l0";
            parameter.requires_grad = trained;
            parameter.DetachFromDisposeScope();
            if (trained)
                _live[$"blocks.{block}.lstm.{(name == "bias_ih_l0" ? "bias" : name[..^"_l0".Length])}"] = parameter;
        }
        _lstms[block] = lstm;
    }
}
