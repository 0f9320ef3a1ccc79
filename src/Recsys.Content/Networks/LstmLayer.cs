using Recsys.Inference.Kernels;

namespace Recsys.Content.Networks;

/// <summary>One LSTM (Hochreiter and Schmidhuber 1997; torch's gates i, f, g, o) over the true steps of a sequence, and what is kept of its states.</summary>
internal sealed class LstmLayer(NetworkSettings settings, int stepWidth, string name, Func<string, float[]> tensor)
{
    private readonly DenseFloat32 _input = new(tensor(name + ".weight_ih"), 4 * settings.LstmSize, stepWidth);
    private readonly DenseFloat32 _recurrent = new(tensor(name + ".weight_hh"), 4 * settings.LstmSize, settings.LstmSize);
    private readonly float[] _bias = tensor(name + ".bias");

    /// <summary>Runs from zero over all steps, forwards or backwards.</summary>
    /// <param name="steps">(steps, stepWidth) row-major, at least one.</param>
    /// <param name="isBackwards">Whether the last step is read first.</param>
    /// <param name="kept">(H), overwritten: the state after the last step read, or each unit's mean or largest value.</param>
    internal void Apply(ReadOnlySpan<float> steps, bool isBackwards, Span<float> kept)
    {
        var (h, count) = (settings.LstmSize, steps.Length / stepWidth);
        var (gates, hidden, cell) = (new float[4 * h], new float[h], new float[h]);
        kept.Fill(settings.Pooling == SequencePooling.Max ? float.NegativeInfinity : 0);
        for (var i = 0; i < count; i++)
        {
            _bias.CopyTo(gates, 0);
            _input.Add(steps.Slice((isBackwards ? count - 1 - i : i) * stepWidth, stepWidth), gates);
            _recurrent.Add(hidden, gates);
            LstmGates.Apply(gates, hidden, cell);
            if (settings.Pooling == SequencePooling.Mean) Elementwise.Add(kept, hidden);
            if (settings.Pooling == SequencePooling.Max)
            {
                for (var unit = 0; unit < h; unit++) kept[unit] = Math.Max(kept[unit], hidden[unit]);
            }
        }

        if (settings.Pooling == SequencePooling.Last) hidden.CopyTo(kept);
        if (settings.Pooling != SequencePooling.Mean) return;
        foreach (ref var value in kept) value /= count;
    }
}
