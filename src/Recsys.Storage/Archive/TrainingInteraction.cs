namespace Recsys.Storage.Archive;

/// <summary>One interaction of a training set.</summary>
/// <param name="Item">The store-wide item number.</param>
/// <param name="Kind">What kind, as in Recsys.Inference.InteractionKind.</param>
/// <param name="Strength">How much, as in Recsys.Inference.Strength.</param>
/// <param name="TimeMs">When, in Unix milliseconds.</param>
public readonly record struct TrainingInteraction(uint Item, byte Kind, byte Strength, long TimeMs);
