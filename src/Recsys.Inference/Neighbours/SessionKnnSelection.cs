using Recsys.Inference.Evaluation;
using Recsys.Inference.Partners;

namespace Recsys.Inference.Neighbours;

/// <summary>Chooses settings of <see cref="SessionKnn"/> by validation, one after the other, from those of <see cref="SessionKnnPreset"/>.</summary>
public static class SessionKnnSelection
{
    /// <summary>Changes that are tried in turn; each stays if it ranks the held-out targets better than what was best before, by more than one standard error.</summary>
    private static readonly Func<SessionKnnOptions, SessionKnnOptions>[] Changes =
    [
        o => o with { PositionScale = 2 * o.PositionScale },
        o => o with { PositionScale = o.PositionScale / 2 },
        o => o with { SharedPositionScale = 2 * o.SharedPositionScale },
        o => o with { DistanceScale = 2 * o.DistanceScale },
        o => o with { DistanceScale = o.DistanceScale / 2 },
        o => o with { Neighbours = 200 },
        o => o with { SampleSize = 300 },
        o => o with { RarityWeight = 0 },
        o => o with { BeforeShare = 0.5f },
    ];

    /// <summary>Chooses.</summary>
    /// <param name="sequences">As for <see cref="SessionKnn.Fit"/>, without the cases' targets.</param>
    /// <param name="timesMs">As for <see cref="SessionKnn.Fit"/>: they say which sessions are the newest.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="first">Settings to start with.</param>
    /// <param name="cases">Held-out targets. None: the first settings stay.</param>
    /// <param name="own">Each case's own sequence, which is none of its neighbours.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>The index with the settings that rank the targets best by NDCG at <see cref="PartnersBlend.Cutoff"/>.</returns>
    public static SessionKnn Choose(
        IReadOnlyList<int[]> sequences, IReadOnlyList<long[]>? timesMs, int itemCount, SessionKnnOptions first, IReadOnlyList<BlendCase> cases, IReadOnlyList<int> own, bool excludeSeen,
        CancellationToken cancel = default)
    {
        var best = SessionKnn.Fit(sequences, timesMs, itemCount, first);
        if (cases.Count == 0) return best;
        var highest = Gains(best, cases, own, excludeSeen, cancel);
        foreach (var change in Changes)
        {
            var changed = SessionKnn.Fit(sequences, timesMs, itemCount, change(best.Options));
            var gains = Gains(changed, cases, own, excludeSeen, cancel);
            if (PairedLead.InStandardErrors([.. gains.Zip(highest, (gain, before) => gain - before)]) > 1) (best, highest) = (changed, gains);
        }

        return best;
    }

    private static double[] Gains(SessionKnn neighbours, IReadOnlyList<BlendCase> cases, IReadOnlyList<int> own, bool excludeSeen, CancellationToken cancel) =>
        TargetGains.Of(cases, neighbours.ItemCount, excludeSeen, (c, scores) => neighbours.AddLogarithms(cases[c].History, scores, except: own[c]), cancel);
}
