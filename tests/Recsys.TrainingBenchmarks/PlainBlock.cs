using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Recsys.TrainingBenchmarks;

/// <summary>A residual block in libtorch's modules: LayerNorm, LSTM; LayerNorm, feed-forward part with GELU.</summary>
internal sealed class PlainBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly LSTM _lstm;
    private readonly Linear? _projection;
    private readonly Linear _up, _down;
    private readonly Dropout _dropout;

    public PlainBlock(int embedding, int hidden, int multiple, double dropout)
        : base(nameof(PlainBlock))
    {
        (_norm1, _norm2) = (nn.LayerNorm(embedding), nn.LayerNorm(embedding));
        _lstm = nn.LSTM(embedding, hidden, batchFirst: true);
        _projection = hidden == embedding ? null : nn.Linear(hidden, embedding);
        (_up, _down) = (nn.Linear(embedding, embedding * multiple), nn.Linear(embedding * multiple, embedding));
        _dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var hidden = _dropout.forward(_lstm.forward(_norm1.forward(x)).Item1);
        x = x + (_projection is null ? hidden : _projection.forward(hidden));
        return x + _dropout.forward(_down.forward(nn.functional.gelu(_up.forward(_norm2.forward(x)))));
    }
}
