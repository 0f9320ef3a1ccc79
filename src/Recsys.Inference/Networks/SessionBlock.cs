using Recsys.Inference.Artefacts;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Networks;

/// <summary>One residual block: x += projection(LSTM(norm1(x))); x += down(GELU(up(norm2(x)))).</summary>
internal sealed class SessionBlock
{
    private readonly int _embeddingSize;
    private readonly int _hiddenSize;
    private readonly float[] _norm1Weight;
    private readonly float[] _norm1Bias;
    private readonly float[] _norm2Weight;
    private readonly float[] _norm2Bias;
    private readonly float[] _lstmBias;
    private readonly float[] _upBias;
    private readonly float[] _downBias;
    private readonly float[]? _projectionBias;
    private readonly Dense _input;
    private readonly Dense _recurrent;
    private readonly Dense? _projection;
    private readonly Dense _up;
    private readonly Dense _down;

    internal SessionBlock(SessionArtefact artefact, int index)
    {
        var prefix = $"blocks.{index}.";
        _embeddingSize = artefact.Settings.EmbeddingSize;
        _hiddenSize = artefact.Settings.HiddenSize;
        _norm1Weight = artefact.Copy(prefix + "norm1.weight");
        _norm1Bias = artefact.Copy(prefix + "norm1.bias");
        _norm2Weight = artefact.Copy(prefix + "norm2.weight");
        _norm2Bias = artefact.Copy(prefix + "norm2.bias");
        _lstmBias = artefact.Copy(prefix + "lstm.bias");
        _upBias = artefact.Copy(prefix + "up.bias");
        _downBias = artefact.Copy(prefix + "down.bias");
        _input = new(artefact.Copy(prefix + "lstm.weight_ih"), 4 * _hiddenSize, _embeddingSize);
        _recurrent = new(artefact.Copy(prefix + "lstm.weight_hh"), 4 * _hiddenSize, _hiddenSize);
        _up = new(artefact.Copy(prefix + "up.weight"), _upBias.Length, _embeddingSize);
        _down = new(artefact.Copy(prefix + "down.weight"), _embeddingSize, _upBias.Length);
        if (_hiddenSize == _embeddingSize) return;
        _projectionBias = artefact.Copy(prefix + "projection.bias");
        _projection = new(artefact.Copy(prefix + "projection.weight"), _embeddingSize, _hiddenSize);
    }

    /// <summary>Moves h and c over some positions and adds the recurrent branch to the residual stream of those whose output is wanted.</summary>
    /// <param name="scratch">Work space; <see cref="SessionScratch.Residual"/> (positions, E) is read and advanced.</param>
    /// <param name="state">h then c, (2H).</param>
    /// <param name="positions">How many.</param>
    /// <param name="firstWanted">Positions before this one need no output, only their effect on the state.</param>
    /// <param name="round">Whether h and c are rounded to float16 after each position.</param>
    internal void Advance(SessionScratch scratch, Span<float> state, int positions, int firstWanted, bool round)
    {
        var e = _embeddingSize;
        for (var p = 0; p < positions; p++) LayerNorm.Apply(scratch.Residual.AsSpan(p * e, e), _norm1Weight, _norm1Bias, scratch.Normal.AsSpan(p * e));
        _input.Apply(scratch.Normal, _lstmBias, scratch.Wide, positions);

        var h = state[.._hiddenSize];
        var c = state.Slice(_hiddenSize, _hiddenSize);
        for (var p = 0; p < positions; p++)
        {
            var gates = scratch.Wide.AsSpan(p * 4 * _hiddenSize, 4 * _hiddenSize);
            _recurrent.Apply(h, gates, gates, 1);
            LstmGates.Apply(gates, h, c);

            // The residual stream gets h before the rounding: the rounding is the storage's, not the network's.
            if (p >= firstWanted) AddHidden(scratch, h, p);
            if (round) Float16.Round(state[..(2 * _hiddenSize)]);
        }
    }

    /// <summary>Adds the feed-forward branch to some positions of the residual stream.</summary>
    /// <param name="scratch">Work space.</param>
    /// <param name="residual">(positions, E); read and advanced.</param>
    internal void FeedForward(SessionScratch scratch, Span<float> residual)
    {
        var e = _embeddingSize;
        var positions = residual.Length / e;
        for (var p = 0; p < positions; p++) LayerNorm.Apply(residual.Slice(p * e, e), _norm2Weight, _norm2Bias, scratch.Normal.AsSpan(p * e));
        _up.Apply(scratch.Normal, _upBias, scratch.Wide, positions);
        Gelu.Apply(scratch.Wide.AsSpan(0, positions * _upBias.Length));
        _down.Apply(scratch.Wide, _downBias, scratch.Normal, positions);
        Elementwise.Add(residual, scratch.Normal.AsSpan(0, positions * e));
    }

    private void AddHidden(SessionScratch scratch, ReadOnlySpan<float> h, int position)
    {
        var residual = scratch.Residual.AsSpan(position * _embeddingSize, _embeddingSize);
        if (_projection is null)
        {
            Elementwise.Add(residual, h);
            return;
        }

        var projected = scratch.Normal.AsSpan(0, _embeddingSize);
        _projection.Apply(h, _projectionBias, projected, 1);
        Elementwise.Add(residual, projected);
    }
}
