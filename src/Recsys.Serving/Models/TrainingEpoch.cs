namespace Recsys.Serving.Models;

/// <summary>An epoch of a training.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean cross-entropy over the epoch, nats.</param>
/// <param name="ValidationNdcg">NDCG@10 after it; null: it wasn't validated.</param>
public sealed record TrainingEpoch(int Epoch, double Loss, double? ValidationNdcg);
