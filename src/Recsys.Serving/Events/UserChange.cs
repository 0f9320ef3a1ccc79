using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>A folded batch: what to commit, and what is to be told when it's committed.</summary>
/// <param name="Batch">The events.</param>
/// <param name="Commit">The change; null: every event was a duplicate or discarded.</param>
/// <param name="Closed">Interactions that the batch closed.</param>
internal sealed record UserChange(UserBatch Batch, UserCommit? Commit, List<ClosedInteraction> Closed);
