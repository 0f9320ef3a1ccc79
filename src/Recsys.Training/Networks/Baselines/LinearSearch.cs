using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Training.Networks.Baselines;

/// <summary>Fits linear models with weaker and weaker penalties, and keeps the one that is best on the validation part.</summary>
internal static class LinearSearch
{
    /// <summary>The strongest first: each fit goes on from where the one before ended.</summary>
    private static readonly double[] Penalties = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6];

    /// <summary>The search ends when so many in a row were worse than the best.</summary>
    private const int MostWorse = 2;

    /// <summary>The best model.</summary>
    /// <param name="task">What it tells.</param>
    /// <param name="target">The outputs.</param>
    /// <param name="width">Features.</param>
    /// <param name="train">The training part's features, and what is true.</param>
    /// <param name="validation">The validation part's.</param>
    /// <param name="cancellation">Ends it.</param>
    public static LinearModel Best(
        NetworkTask task, FittedTarget target, int width, (IReadOnlyList<SparseVector> Features, EncodedExamples Truth) train,
        (IReadOnlyList<SparseVector> Features, EncodedExamples Truth) validation, CancellationToken cancellation)
    {
        var (model, best, least, worse) = (new LinearModel(task, target, width), (LinearModel?)null, double.PositiveInfinity, 0);
        foreach (var penalty in Penalties)
        {
            model.Fit(train.Features, train.Truth, penalty, cancellation);
            var loss = model.Loss(validation.Features, validation.Truth);
            worse = loss < least ? 0 : worse + 1;
            if (loss < least)
                (best, least) = (model.Copy(), loss);
            if (worse == MostWorse)
                break;
        }
        return best ?? model;
    }
}
