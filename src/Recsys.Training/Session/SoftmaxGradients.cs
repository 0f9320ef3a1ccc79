using static TorchSharp.torch;

namespace Recsys.Training.Session;

/// <summary>The loss of a batch or a share of one and its gradients, all divided by the batch's number of targets.</summary>
/// <param name="Loss">Sum of the cross-entropies, in nats, divided likewise.</param>
/// <param name="Outputs">Gradient of the network's outputs, [T, E].</param>
/// <param name="Embedding">Gradient of the item embedding as softmax weights, [N, E].</param>
/// <param name="Bias">Gradient of the item bias, [N].</param>
internal sealed record SoftmaxGradients(double Loss, Tensor Outputs, Tensor Embedding, Tensor Bias);
