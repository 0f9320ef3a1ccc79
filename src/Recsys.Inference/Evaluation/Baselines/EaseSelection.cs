namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>Fits <see cref="Ease"/> with the ridge that ranks best what is left out of the sequences for that; above <see cref="MostItemsToTry"/> items fewer are tried.</summary>
public static class EaseSelection
{
    /// <summary>Above this each fit takes a good part of a minute.</summary>
    public const int MostItemsToTry = 5_000;

    private const int FewRidges = 2;

    private const int MostCases = 1_000;

    /// <summary>The paper's for films first, then one for little data.</summary>
    public static IReadOnlyList<float> Ridges { get; } = [500, 20, 100, 2_000];

    /// <summary>Chooses and fits.</summary>
    /// <param name="sequences">As for <see cref="Ease.Fit"/>.</param>
    /// <param name="itemCount">As for <see cref="Ease.Fit"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static Ease Fit(IReadOnlyList<int[]> sequences, int itemCount, bool excludeSeen, CancellationToken cancel = default)
    {
        var held = new LastLeftOut(sequences, int.MaxValue, MostCases);
        var ridge = held.Best(
            itemCount > MostItemsToTry ? [.. Ridges.Take(FewRidges)] : Ridges,
            candidate =>
            {
                var model = Ease.Fit(held.Sequences, itemCount, candidate, cancel);
                return (place, scores) => model.Score(held.Sequences[place], scores);
            },
            itemCount, excludeSeen, cancel);
        return Ease.Fit(sequences, itemCount, ridge, cancel);
    }
}
