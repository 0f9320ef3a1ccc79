using System.Runtime.InteropServices;
using Recsys.Content.Networks;
using Recsys.Training.Session;

namespace Recsys.Training.Networks;

/// <summary>AdamW over all weights of a network, by the code that trains Session models: libtorch's own died once in hours of runs.</summary>
internal sealed class NetworkOptimizer(NetworkSettings settings, NetworkGraph graph)
{
    /// <summary>Gradients longer than this are shortened to it (Pascanu et al. 2013).</summary>
    private const double MostNorm = 1;

    private readonly float[][] _means = [.. graph.Parameters.Select(parameter => new float[parameter.Values.Length])];
    private readonly float[][] _squares = [.. graph.Parameters.Select(parameter => new float[parameter.Values.Length])];
    private int _steps;

    /// <summary>Moves the weights by their gradients, and forgets those.</summary>
    /// <param name="rate">Share of the learning rate.</param>
    public void Step(double rate)
    {
        _steps++;
        var gradients = graph.Parameters.Select(parameter => parameter.Gradient()).ToList();
        var norm = Math.Sqrt(gradients.Where(gradient => gradient is not null).Sum(gradient => SquareSum(MemoryMarshal.Cast<byte, float>(gradient!.bytes))));
        // What isn't a number stays it: the trainer sees the loss.
        var scale = norm > MostNorm ? (float)(MostNorm / norm) : 1;
        for (var i = 0; i < gradients.Count; i++)
        {
            if (gradients[i] is not { } gradient)
                continue;
            var parameter = graph.Parameters[i];
            var its = settings.LearningRate * rate;
            var decay = parameter.Shape.Count > 1 ? settings.WeightDecay : 0;
            AdamW.Update(parameter.Values, MemoryMarshal.Cast<byte, float>(gradient.bytes), _means[i], _squares[i], scale, its, decay, _steps);
            parameter.Tensor.grad!.zero_();
        }
    }

    private static double SquareSum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += (double)value * value;
        return sum;
    }
}
