using Recsys.Inference;
using Recsys.Inference.Artefacts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Recsys.TrainingBenchmarks;

/// <summary>The session network as one writes it with libtorch's modules: float32, padded batches, autograd, logits of all items.</summary>
internal sealed class PlainNetwork : nn.Module<PlainBatch, Tensor>
{
    private readonly Embedding _items, _kinds, _strengths;
    private readonly Parameter _bias;
    private readonly Dropout _dropout;
    private readonly ModuleList<PlainBlock> _blocks;
    private readonly LayerNorm _norm;

    public PlainNetwork(SessionSettings sizes, int items, double dropout)
        : base(nameof(PlainNetwork))
    {
        var e = sizes.EmbeddingSize;
        (_items, _kinds, _strengths) = (nn.Embedding(items, e), nn.Embedding(SessionArtefact.KindCount, e), nn.Embedding(Strength.BucketCount, e));
        foreach (var embedding in new[] { _items, _kinds, _strengths })
            nn.init.normal_(embedding.weight!, 0, 0.02);
        _bias = nn.Parameter(zeros(items));
        _dropout = nn.Dropout(dropout);
        _blocks = nn.ModuleList([.. Enumerable.Range(0, sizes.Blocks).Select(_ => new PlainBlock(e, sizes.HiddenSize, sizes.FeedForwardMultiple, dropout))]);
        _norm = nn.LayerNorm(e);
        RegisterComponents();
    }

    /// <summary>The logits of all items at the batch's places, (T, N).</summary>
    public override Tensor forward(PlainBatch batch)
    {
        var x = _dropout.forward(_items.forward(batch.Items) + _kinds.forward(batch.Kinds) + _strengths.forward(batch.Strengths));
        foreach (var block in _blocks)
            x = block.forward(x);
        var outputs = _norm.forward(x.flatten(0, 1).index_select(0, batch.Places));
        return nn.functional.linear(outputs, _items.weight!, _bias);
    }
}
