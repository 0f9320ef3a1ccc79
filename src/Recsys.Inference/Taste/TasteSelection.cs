using Recsys.Inference.Evaluation.Baselines;

namespace Recsys.Inference.Taste;

/// <summary>
/// Fits a Taste model with settings that rank best what is left out of the sequences for that, one setting after the other: the weight of what was not observed, the
/// regularisation (both around the values of Rendle et al. 2022), and, where strengths differ, how much they say (<see cref="TasteConfidence"/>).
/// </summary>
public static class TasteSelection
{
    /// <summary>Length of the vectors; a quarter of the items where that's less: few items have no more to say.</summary>
    public const int Dimensions = 64;

    private const int MostSequences = 10_000;
    private const int MostCases = 1_000;
    private const int PassesToTry = 6;
    private const float StrengthWeight = 4;

    private static readonly float[] Unobserved = [0.1f, 0.03f, 0.3f];
    private static readonly float[] Regularisations = [0.003f, 0.0003f, 0.03f];

    /// <summary>Chooses and fits.</summary>
    /// <param name="sequences">As for <see cref="TasteFit.Fit"/>.</param>
    /// <param name="kinds">Of each interaction.</param>
    /// <param name="strengths">Of each interaction, see <see cref="Strength"/>.</param>
    /// <param name="itemCount">As for <see cref="TasteFit.Fit"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static TasteModel Fit(
        IReadOnlyList<int[]> sequences, IReadOnlyList<InteractionKind[]> kinds, IReadOnlyList<byte[]> strengths, int itemCount, bool excludeSeen, CancellationToken cancel = default) =>
        Fit(sequences, kinds, strengths, itemCount, Choose(sequences, kinds, strengths, itemCount, excludeSeen, cancel), cancel);

    /// <summary>Fits with chosen settings.</summary>
    /// <param name="sequences">As for <see cref="TasteFit.Fit"/>.</param>
    /// <param name="kinds">Of each interaction.</param>
    /// <param name="strengths">Of each interaction.</param>
    /// <param name="itemCount">As for <see cref="TasteFit.Fit"/>.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static TasteModel Fit(
        IReadOnlyList<int[]> sequences, IReadOnlyList<InteractionKind[]> kinds, IReadOnlyList<byte[]> strengths, int itemCount, TasteOptions options, CancellationToken cancel = default) =>
        TasteFit.Fit(sequences, itemCount, options, Confidences(kinds, strengths, options.StrengthWeight), cancel: cancel);

    /// <summary>Chooses the settings.</summary>
    /// <param name="sequences">As for <see cref="TasteFit.Fit"/>.</param>
    /// <param name="kinds">Of each interaction.</param>
    /// <param name="strengths">Of each interaction.</param>
    /// <param name="itemCount">As for <see cref="TasteFit.Fit"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static TasteOptions Choose(
        IReadOnlyList<int[]> sequences, IReadOnlyList<InteractionKind[]> kinds, IReadOnlyList<byte[]> strengths, int itemCount, bool excludeSeen, CancellationToken cancel = default)
    {
        var held = new LastLeftOut(sequences, MostSequences, MostCases);
        var heldKinds = held.Kept.Select((s, place) => kinds[s][..held.Sequences[place].Length]).ToArray();
        var heldStrengths = held.Kept.Select((s, place) => strengths[s][..held.Sequences[place].Length]).ToArray();
        var chosen = new TasteOptions { Dimensions = Math.Clamp(itemCount / 4, 4, Dimensions) };
        chosen = Best([.. Unobserved.Select(value => chosen with { UnobservedWeight = value })]);
        chosen = Best([.. Regularisations.Select(value => chosen with { Regularisation = value })]);
        if (!Tell(kinds, strengths)) return chosen;
        return Best([chosen, chosen with { StrengthWeight = StrengthWeight }]);

        TasteOptions Best(TasteOptions[] candidates) => held.Best(
            candidates,
            candidate =>
            {
                var confidences = Confidences(heldKinds, heldStrengths, candidate.StrengthWeight);
                var model = TasteFit.Fit(held.Sequences, itemCount, candidate with { Epochs = PassesToTry }, confidences, cancel: cancel);
                return (place, scores) => model.Score(held.Sequences[place], confidences is null ? [] : confidences[place], scores);
            },
            itemCount, excludeSeen, cancel);
    }

    /// <summary>The confidence of each interaction of a history; empty where all are 1.</summary>
    public static float[] Confidences(ReadOnlySpan<InteractionKind> kinds, ReadOnlySpan<byte> strengths, float weight)
    {
        if (weight == 0) return [];
        var confidences = new float[strengths.Length];
        for (var i = 0; i < confidences.Length; i++) confidences[i] = TasteConfidence.Of(kinds[i], strengths[i], weight);
        return confidences;
    }

    /// <summary>Whether confidences would differ at all.</summary>
    private static bool Tell(IReadOnlyList<InteractionKind[]> kinds, IReadOnlyList<byte[]> strengths) =>
        kinds.Zip(strengths, (k, s) => k.Zip(s, (kind, strength) => TasteConfidence.Of(kind, strength, 1))).SelectMany(one => one).Distinct().Skip(1).Any();

    private static float[][]? Confidences(IReadOnlyList<InteractionKind[]> kinds, IReadOnlyList<byte[]> strengths, float weight) =>
        weight == 0 ? null : [.. kinds.Zip(strengths, (k, s) => Confidences(k, s, weight))];
}
