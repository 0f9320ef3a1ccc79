namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>
/// Fits <see cref="Ials"/> with settings that rank best what is left out of the sequences for that, one setting after the other: the weight of what was not observed, the
/// regularisation (both around the values of Rendle et al. 2022), and, where strengths differ, how much they say: an interaction's confidence is 1 + weight x share.
/// </summary>
public static class IalsSelection
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
    /// <param name="sequences">As for <see cref="Ials.Fit"/>.</param>
    /// <param name="strengths">Of each interaction, see <see cref="Strength"/>.</param>
    /// <param name="itemCount">As for <see cref="Ials.Fit"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>The model, and the weight that a history's strengths have for it.</returns>
    public static (Ials Model, float StrengthWeight) Fit(
        IReadOnlyList<int[]> sequences, IReadOnlyList<byte[]> strengths, int itemCount, bool excludeSeen, CancellationToken cancel = default)
    {
        var held = new LastLeftOut(sequences, MostSequences, MostCases);
        var heldStrengths = held.Kept.Select((s, place) => strengths[s][..held.Sequences[place].Length]).ToArray();
        var chosen = (Options: new IalsOptions { Dimensions = Math.Clamp(itemCount / 4, 4, Dimensions) }, Weight: 0f);
        chosen = Best([.. Unobserved.Select(value => chosen with { Options = chosen.Options with { UnobservedWeight = value } })]);
        chosen = Best([.. Regularisations.Select(value => chosen with { Options = chosen.Options with { Regularisation = value } })]);
        if (strengths.SelectMany(one => one).Distinct().Skip(1).Any()) chosen = Best([chosen, chosen with { Weight = StrengthWeight }]);
        return (Ials.Fit(sequences, itemCount, chosen.Options, Confidences(strengths, chosen.Weight), cancel), chosen.Weight);

        (IalsOptions Options, float Weight) Best((IalsOptions Options, float Weight)[] candidates) => held.Best(
            candidates,
            candidate =>
            {
                var confidences = Confidences(heldStrengths, candidate.Weight);
                var model = Ials.Fit(held.Sequences, itemCount, candidate.Options with { Epochs = PassesToTry }, confidences, cancel);
                return (place, scores) => model.Score(held.Sequences[place], confidences is null ? [] : confidences[place], scores);
            },
            itemCount, excludeSeen, cancel);
    }

    /// <summary>The confidence of each interaction; none known, or a weight of 0: 1.</summary>
    public static float[] Confidences(ReadOnlySpan<byte> strengths, float weight)
    {
        var confidences = new float[strengths.Length];
        for (var i = 0; i < confidences.Length; i++) confidences[i] = Strength.ToShare(strengths[i]) is var share && double.IsNaN(share) ? 1 : 1 + (weight * (float)share);
        return confidences;
    }

    private static float[][]? Confidences(IReadOnlyList<byte[]> strengths, float weight) =>
        weight == 0 ? null : [.. strengths.Select(one => Confidences(one, weight))];
}
