namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>Fits <see cref="Ease"/> with the ridge that ranks best what is left out of the sequences for that; above <see cref="MostItemsToTry"/> items with the paper's 500.</summary>
public static class EaseSelection
{
    /// <summary>Above this each fit takes a good part of a minute: one must do.</summary>
    public const int MostItemsToTry = 5_000;

    private const int MostCases = 1_000;

    /// <summary>The paper's for films first.</summary>
    public static IReadOnlyList<float> Ridges { get; } = [500, 2_000, 100, 20];

    /// <summary>Chooses and fits.</summary>
    /// <param name="sequences">As for <see cref="Ease.Fit"/>.</param>
    /// <param name="itemCount">As for <see cref="Ease.Fit"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static Ease Fit(IReadOnlyList<int[]> sequences, int itemCount, bool excludeSeen, CancellationToken cancel = default)
    {
        if (itemCount > MostItemsToTry) return Ease.Fit(sequences, itemCount, Ridges[0], cancel);
        var held = new LastLeftOut(sequences, int.MaxValue, MostCases);
        var ridge = held.Best(
            Ridges,
            candidate =>
            {
                var model = Ease.Fit(held.Sequences, itemCount, candidate, cancel);
                return (place, scores) => model.Score(held.Sequences[place], scores);
            },
            itemCount, excludeSeen, cancel);
        return Ease.Fit(sequences, itemCount, ridge, cancel);
    }
}
