using Recsys.Content.Preprocessing;
using Recsys.Inference.Kernels;

namespace Recsys.Content.Networks;

/// <summary>Hidden layers with ReLU, then the output: where every network ends. Dropout is the training's alone.</summary>
internal sealed class DenseLayers
{
    private readonly DenseFloat32[] _layers;
    private readonly float[][] _biases;

    internal DenseLayers(NetworkSettings settings, NetworkSizes sizes, Func<string, float[]> tensor)
    {
        var (count, inputs) = (settings.HiddenSizes.Count, (int)NetworkTensors.FirstDenseInputs(settings, sizes));
        (_layers, _biases) = (new DenseFloat32[count + 1], new float[count + 1][]);
        for (var i = 0; i <= count; i++)
        {
            var name = i < count ? NetworkTensors.Hidden(i) : NetworkTensors.Output;
            _biases[i] = tensor(name + ".bias");
            _layers[i] = new(tensor(name + ".weight"), _biases[i].Length, inputs);
            inputs = _biases[i].Length;
        }
    }

    /// <summary>The logits of a vector.</summary>
    internal float[] Apply(ReadOnlySpan<float> x)
    {
        var y = (float[])_biases[0].Clone();
        _layers[0].Add(x, y);
        return Rest(y);
    }

    /// <summary>The logits of a vector that is 0 but for some places.</summary>
    internal float[] Apply(SparseVector x)
    {
        var y = (float[])_biases[0].Clone();
        _layers[0].AddSparse(x.Indices, x.Values, y);
        return Rest(y);
    }

    private float[] Rest(float[] x)
    {
        for (var i = 1; i < _layers.Length; i++)
        {
            for (var unit = 0; unit < x.Length; unit++) x[unit] = Math.Max(0, x[unit]);
            var y = (float[])_biases[i].Clone();
            _layers[i].Add(x, y);
            x = y;
        }

        return x;
    }
}
