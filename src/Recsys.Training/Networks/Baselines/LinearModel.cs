using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Training.Networks.Baselines;

/// <summary>A linear model with an L2 penalty: logistic regression for classes (softmax) and labels (a sigmoid each), least squares for a number.</summary>
/// <param name="task">Which.</param>
/// <param name="target">The outputs.</param>
/// <param name="width">Features.</param>
internal sealed class LinearModel(NetworkTask task, FittedTarget target, int width)
{
    private const int Steps = 100;

    private readonly int _outputs = target.Outputs();

    /// <summary>Row after row a feature's weights, then the intercepts.</summary>
    private readonly double[] _weights = new double[(width + 1) * target.Outputs()];

    /// <summary>The weights of an output's features.</summary>
    public float Weight(int output, int feature) => (float)_weights[(feature * _outputs) + output];

    /// <summary>An output's intercept.</summary>
    public float Intercept(int output) => (float)_weights[(width * _outputs) + output];

    /// <summary>One of the same weights that another fit doesn't change.</summary>
    public LinearModel Copy()
    {
        var copy = new LinearModel(task, target, width);
        _weights.CopyTo(copy._weights, 0);
        return copy;
    }

    /// <summary>Fits, from where the last fit ended.</summary>
    /// <param name="features">Of each example.</param>
    /// <param name="truth">As many.</param>
    /// <param name="penalty">Times half the weights' squares, beside the mean loss; intercepts are free.</param>
    /// <param name="cancellation">Ends it.</param>
    public void Fit(IReadOnlyList<SparseVector> features, EncodedExamples truth, double penalty, CancellationToken cancellation) =>
        LimitedMemoryBfgs.Minimize(_weights, (weights, gradient) => LossOf(weights, features, truth, penalty, gradient), Steps, cancellation);

    /// <summary>The mean loss without penalty.</summary>
    public double Loss(IReadOnlyList<SparseVector> features, EncodedExamples truth) => LossOf(_weights, features, truth, 0, null);

    /// <summary>The logits, or the standardised number, of each.</summary>
    public float[][] Logits(IReadOnlyList<SparseVector> features)
    {
        var logits = new double[_outputs];
        return [.. features.Select(vector =>
        {
            Apply(_weights, vector, logits);
            return Array.ConvertAll(logits, value => (float)value);
        })];
    }

    private void Apply(double[] weights, SparseVector vector, double[] logits)
    {
        weights.AsSpan(width * _outputs).CopyTo(logits);
        for (var i = 0; i < vector.Indices.Length; i++)
        {
            var row = weights.AsSpan(vector.Indices[i] * _outputs, _outputs);
            var value = vector.Values[i];
            for (var k = 0; k < row.Length; k++)
                logits[k] += value * row[k];
        }
    }

    private double LossOf(double[] weights, IReadOnlyList<SparseVector> features, EncodedExamples truth, double penalty, double[]? gradient)
    {
        var (loss, delta) = (0.0, new double[_outputs]);
        gradient?.AsSpan().Clear();
        for (var i = 0; i < features.Count; i++)
        {
            Apply(weights, features[i], delta);
            loss += LossAndDelta(delta, truth, i) / features.Count;
            if (gradient is not null)
                AddGradient(features[i], delta, 1.0 / features.Count, gradient);
        }
        if (penalty == 0)
            return loss;
        for (var i = 0; i < width * _outputs; i++)
        {
            loss += penalty / 2 * weights[i] * weights[i];
            if (gradient is not null)
                gradient[i] += penalty * weights[i];
        }
        return loss;
    }

    private void AddGradient(SparseVector vector, double[] delta, double share, double[] gradient)
    {
        for (var i = 0; i < vector.Indices.Length; i++)
        {
            var row = gradient.AsSpan(vector.Indices[i] * _outputs, _outputs);
            var value = vector.Values[i] * share;
            for (var k = 0; k < row.Length; k++)
                row[k] += value * delta[k];
        }
        for (var k = 0; k < _outputs; k++)
            gradient[(width * _outputs) + k] += share * delta[k];
    }

    /// <summary>The loss of logits, which become its derivatives.</summary>
    private double LossAndDelta(double[] logits, EncodedExamples truth, int example)
    {
        switch (task)
        {
            case NetworkTask.Classes:
                var (highest, sum, right) = (logits.Max(), 0.0, truth.Classes[example]);
                for (var k = 0; k < logits.Length; k++)
                    sum += Math.Exp(logits[k] - highest);
                var loss = Math.Log(sum) - (logits[right] - highest);
                for (var k = 0; k < logits.Length; k++)
                    logits[k] = (Math.Exp(logits[k] - highest) / sum) - (k == right ? 1 : 0);
                return loss;
            case NetworkTask.Labels:
                var total = 0.0;
                for (var k = 0; k < logits.Length; k++)
                {
                    var (z, yes) = (logits[k], truth.Labels[example][k] ? 1 : 0);
                    total += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (yes * z);
                    logits[k] = (1 / (1 + Math.Exp(-z))) - yes;
                }
                return total;
            default:
                var difference = logits[0] - ((truth.Numbers[example] - target.Mean) / target.Deviation);
                logits[0] = 2 * difference;
                return difference * difference;
        }
    }
}
