using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Tuning;

/// <summary>
/// What an epoch of some settings costs beside one of others: multiplications of the network's matrices forwards and twice backwards, and the optimiser's pass over all weights at each
/// step. Only the ratio of two costs means anything; the tuner corrects it by what trainings took.
/// </summary>
/// <param name="shape">Of the data.</param>
internal sealed class TrialCost(DataShape shape)
{
    /// <summary>Moving a weight with its two moments through memory takes as long as so many multiplications that are done in blocks.</summary>
    private const double ProductsAWeight = 100;

    private const double Passes = 3;

    /// <summary>The cost.</summary>
    public double Of(TrainingSettings settings)
    {
        double embedding = settings.Network.EmbeddingSize, hidden = settings.Network.HiddenSize;
        var projection = embedding == hidden ? 0 : embedding * hidden;
        var block = (4 * hidden * (embedding + hidden)) + projection + (2 * embedding * embedding * settings.Network.FeedForwardMultiple);
        var blocks = settings.Network.Blocks * block;
        var head = embedding * (settings.Negatives == 0 ? shape.Items : Math.Min(shape.Items, settings.Negatives));
        var windows = shape.Users + ((double)shape.Interactions / settings.WindowLength);
        var steps = Math.Max(windows / settings.BatchWindows, (double)shape.Targets / settings.BatchTargets);
        return (shape.Interactions * Passes * (blocks + head)) + (steps * ProductsAWeight * (blocks + (embedding * shape.Items)));
    }
}
