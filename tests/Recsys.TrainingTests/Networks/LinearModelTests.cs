using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Training.Networks;
using Recsys.Training.Networks.Baselines;

namespace Recsys.TrainingTests.Networks;

public sealed class LinearModelTests
{
    [Fact]
    public void Minimum_when_the_function_is_a_narrow_valley_is_found()
    {
        double[] x = [-1.2, 1];
        // Rosenbrock 1960.
        LimitedMemoryBfgs.Minimize(x, Rosenbrock, steps: 500, CancellationToken.None);

        Assert.InRange(x[0], 0.9, 1.1);
        Assert.InRange(x[1], 0.8, 1.2);

        static double Rosenbrock(double[] x, double[] gradient)
        {
            var (a, b) = (1 - x[0], x[1] - (x[0] * x[0]));
            (gradient[0], gradient[1]) = ((-2 * a) - (400 * x[0] * b), 200 * b);
            return (a * a) + (100 * b * b);
        }
    }

    [Fact]
    public void Weights_when_the_task_is_a_number_are_those_of_least_squares()
    {
        var spec = SampleExamples.Spec(NetworkKind.Dense);
        spec = spec with { Network = spec.Network with { Task = NetworkTask.Number } };
        // x + 2 y: standardised, the weights of standardised columns are in the ratio of 1 to 2 deviations.
        List<LabelledExample> examples = [.. SampleExamples.Of(NetworkKind.Dense, 300).Select(example => example with { Labels = [] })];
        var data = NetworkData.Of(examples, spec);
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(data.Train));
        var train = EncodedExamples.Of(data.Train, spec, fitted, data.Target, 1, CancellationToken.None);
        SparseVector[] features = [.. Enumerable.Range(0, train.Count).Select(i => train[i].Features)];
        var model = new LinearModel(NetworkTask.Number, data.Target, fitted.Sizes(spec, 1).Features);

        model.Fit(features, train, penalty: 0, CancellationToken.None);

        Assert.Equal(fitted.Columns[0].Scales![0] / data.Target.Deviation, model.Weight(0, 0), 1e-3);
        Assert.Equal(2 * fitted.Columns[1].Scales![0] / data.Target.Deviation, model.Weight(0, 2), 1e-3);
        Assert.InRange(model.Loss(features, train), 0, 1e-5);
    }
}
