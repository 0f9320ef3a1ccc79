namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>Fits <see cref="ItemKnn"/> with settings that rank best what is left out of the sequences for that, one setting after the other.</summary>
public static class ItemKnnSelection
{
    private const int MostSequences = 10_000;
    private const int MostCases = 1_000;

    private static readonly Func<ItemKnnOptions, ItemKnnOptions>[][] Changes =
    [
        [o => o with { Decay = 0.3f }, o => o with { Decay = 0.9f }],
        [o => o with { DistancePower = 0 }, o => o with { DistancePower = 1 }],
        [o => o with { Window = 5 }],
        [o => o with { Shrinkage = 1 }, o => o with { Shrinkage = 100 }],
    ];

    /// <summary>Chooses and fits.</summary>
    /// <param name="sequences">As for <see cref="ItemKnn.Fit"/>.</param>
    /// <param name="itemCount">As for <see cref="ItemKnn.Fit"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static ItemKnn Fit(IReadOnlyList<int[]> sequences, int itemCount, bool excludeSeen, CancellationToken cancel = default)
    {
        var held = new LastLeftOut(sequences, MostSequences, MostCases);
        var chosen = new ItemKnnOptions();
        foreach (var changes in Changes)
        {
            chosen = held.Best(
                [chosen, .. changes.Select(change => change(chosen))],
                candidate =>
                {
                    cancel.ThrowIfCancellationRequested();
                    var model = ItemKnn.Fit(held.Sequences, itemCount, candidate);
                    return (place, scores) => model.Score(held.Sequences[place], scores);
                },
                itemCount, excludeSeen, cancel);
        }

        return ItemKnn.Fit(sequences, itemCount, chosen);
    }
}
