using Recsys.Inference.Artefacts;

namespace Recsys.Training.Networks;

/// <summary>What came out of a training.</summary>
/// <param name="Tensors">The best pass' weights.</param>
/// <param name="Epoch">Which pass that was; 0: none was better than the weights that it began from.</param>
/// <param name="ValidationLosses">Of the weights that it began from, then of every pass.</param>
/// <param name="ValidationLogits">Of the best weights, in the order of the validation part: uncalibrated.</param>
internal sealed record TrainedNetwork(IReadOnlyList<NamedTensor> Tensors, int Epoch, IReadOnlyList<double> ValidationLosses, IReadOnlyList<float[]> ValidationLogits);
