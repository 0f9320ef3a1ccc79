using Recsys.Inference;

namespace Recsys.Serving.Sessions;

/// <summary>What the models see of a user: one closed play, like, dislike, rating, purchase, share or skip.</summary>
/// <param name="Item">Store-wide item number.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Strength">How much of it, as <see cref="Inference.Strength"/> says.</param>
/// <param name="TimeMs">When it closed, Unix ms.</param>
internal readonly record struct Interaction(uint Item, InteractionKind Kind, byte Strength, long TimeMs);
