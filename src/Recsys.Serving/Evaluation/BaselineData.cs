using Recsys.Inference;

namespace Recsys.Serving.Evaluation;

/// <summary>What the simple recommenders of an evaluation learn from.</summary>
/// <param name="Sequences">Dense ids of each user's targets, oldest first.</param>
/// <param name="Kinds">What kind each of them was.</param>
/// <param name="Strengths">How strong each of them was, see <see cref="Inference.Strength"/>.</param>
/// <param name="TimesMs">When each of them was; null where times tell nothing.</param>
/// <param name="ItemCount">Dense ids are below this.</param>
/// <param name="ExcludeSeen">Whether a user's items are left out of the rankings.</param>
internal sealed record BaselineData(
    IReadOnlyList<int[]> Sequences, IReadOnlyList<InteractionKind[]> Kinds, IReadOnlyList<byte[]> Strengths, IReadOnlyList<long[]>? TimesMs, int ItemCount, bool ExcludeSeen);
