namespace Recsys.Training.Session;

/// <summary>All that a training needs to go on after an epoch as if it had never stopped.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Steps">The optimiser's steps.</param>
/// <param name="Weights">Flat, as in <see cref="WeightLayout"/>.</param>
/// <param name="Mean">The optimiser's first moment.</param>
/// <param name="Square">The optimiser's second moment.</param>
/// <param name="Losses">Of every step until now.</param>
/// <param name="Last">The newest validation.</param>
/// <param name="Best">The epoch that was validated best; null: none was.</param>
/// <param name="BestWeights">Its weights; empty: none was.</param>
/// <param name="Elapsed">Time that the training took until now.</param>
internal sealed record Checkpoint(
    int Epoch, int Steps, float[] Weights, float[] Mean, float[] Square, double[] Losses, ValidatedEpoch Last, ValidatedEpoch? Best, float[] BestWeights, TimeSpan Elapsed);
