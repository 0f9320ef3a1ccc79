using Recsys.Inference.Artefacts;

namespace Recsys.Training.Networks;

/// <summary>What came out of a training.</summary>
/// <param name="Tensors">The best pass' weights.</param>
/// <param name="Epoch">Which pass that was, from 1.</param>
/// <param name="ValidationLosses">Of every pass that was run.</param>
/// <param name="ValidationLogits">Of the best weights, in the order of the validation part: uncalibrated.</param>
internal sealed record TrainedNetwork(IReadOnlyList<NamedTensor> Tensors, int Epoch, IReadOnlyList<double> ValidationLosses, IReadOnlyList<float[]> ValidationLogits);
