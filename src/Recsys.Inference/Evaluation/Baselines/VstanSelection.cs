using Recsys.Inference.Neighbours;
using Recsys.Inference.Rules;

namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>Fits <see cref="SessionKnn"/> as a recommender of its own, with the settings that rank best what is left out of the sequences for that: chosen as those of a model's partner are.</summary>
public static class VstanSelection
{
    private const int MostCases = 1_000;

    /// <summary>Chooses and fits.</summary>
    /// <param name="sequences">As for <see cref="SessionKnn.Fit"/>.</param>
    /// <param name="timesMs">As for <see cref="SessionKnn.Fit"/>.</param>
    /// <param name="itemCount">As for <see cref="SessionKnn.Fit"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static SessionKnn Fit(IReadOnlyList<int[]> sequences, IReadOnlyList<long[]>? timesMs, int itemCount, bool excludeSeen, CancellationToken cancel = default)
    {
        var held = new LastLeftOut(sequences, int.MaxValue, MostCases);
        var first = SessionKnnPreset.Choose(RulesShape.Of(sequences, itemCount));
        var chosen = SessionKnnSelection.Choose(held.Sequences, held.TimesOf(timesMs), itemCount, first, held.Cases, held.Places, excludeSeen, cancel);
        return SessionKnn.Fit(sequences, timesMs, itemCount, chosen.Options);
    }
}
