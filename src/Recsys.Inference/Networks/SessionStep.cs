namespace Recsys.Inference.Networks;

/// <summary>One interaction as a Session network sees it.</summary>
/// <param name="Item">The item's dense id, or -1 for an item that the model does not know: such a step leaves the state as it is.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Strength">How much of it (see <see cref="Inference.Strength"/>).</param>
/// <param name="Gap">How long after the user's interaction before it (see <see cref="TimeGap"/>); read by networks with time gaps only.</param>
public readonly record struct SessionStep(int Item, InteractionKind Kind, byte Strength, byte Gap = TimeGap.Unknown);
