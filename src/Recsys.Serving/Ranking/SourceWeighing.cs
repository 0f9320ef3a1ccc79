using Recsys.Inference.Ranker;
using Recsys.Serving.Lists;
using Recsys.Serving.Retrieval;

namespace Recsys.Serving.Ranking;

/// <summary>
/// What a source's weight does to the ranker's logits. Below 1 all that the source says is drawn to what stands for nothing, before any layer sees it: 0 is as if it were off, and what layers make of
/// it fades with it. Above 1 it counts more often on the ranker's straight way, and by the place that it gives an item, so that it counts also where the ranker found no worth in it.
/// </summary>
internal static class SourceWeighing
{
    /// <summary>
    /// What the first place among a source's proposals adds to a logit, for each 1 of weight above 1; the place k adds a k-th of it (as in reciprocal rank fusion, Cormack et al. 2009).
    /// </summary>
    public const float FirstPlace = 1;

    private static readonly CandidateSource[] Sources =
        [CandidateSource.Session, CandidateSource.CoWatched, CandidateSource.Taste, CandidateSource.Linear, CandidateSource.Similar, CandidateSource.Trending];

    /// <summary>Draws the features of sources with a weight below 1 to what stands for nothing.</summary>
    /// <param name="scratch">With the table filled.</param>
    /// <param name="ranker">The ranker.</param>
    /// <param name="weights">The sources'.</param>
    public static void Soften(ListScratch scratch, RankerNetwork ranker, SourceWeights weights)
    {
        foreach (var source in Sources)
        {
            if (weights[source] is not (> 0 and < 1 and var weight)) continue;
            foreach (var feature in FeaturesOf(source))
            {
                var absent = ranker.Absent(feature);
                foreach (ref var value in scratch.Table.Column(feature)) value = absent + (weight * (value - absent));
            }
        }
    }

    /// <summary>Adds what weights above 1 are worth.</summary>
    /// <param name="scratch">With the pool; with the table where there is a ranker.</param>
    /// <param name="ranker">Null: there is none, and what is added is by places alone.</param>
    /// <param name="weights">The sources'.</param>
    /// <param name="logits">By place in the pool.</param>
    public static void Stress(ListScratch scratch, RankerNetwork? ranker, SourceWeights weights, Span<float> logits)
    {
        foreach (var source in Sources)
        {
            if (weights[source] <= 1 || (ranker is null && RanksByScores(scratch, source))) continue;
            for (var i = 0; i < logits.Length; i++) logits[i] += Stressed(scratch, ranker, source, weights[source] - 1, i);
        }
    }

    /// <summary>What each source adds to the candidates' logits: how much they would lose were it off, all else being as it is. By <see cref="CandidateSource"/> and place in the pool.</summary>
    /// <param name="scratch">After the ranker has scored; as it was afterwards.</param>
    /// <param name="ranker">The ranker.</param>
    /// <param name="weights">The sources'.</param>
    public static float[][] Worths(ListScratch scratch, RankerNetwork ranker, SourceWeights weights)
    {
        var worths = new float[(int)Sources.Max() + 1][];
        var (table, all) = (scratch.Table, new float[scratch.Pool.Count]);
        ranker.Score(table, all);
        foreach (var source in Sources)
        {
            var (features, without) = (FeaturesOf(source), new float[all.Length]);
            float[][] kept = [.. features.Select(feature => table.Column(feature).ToArray())];
            foreach (var feature in features) table.Column(feature).Fill(ranker.Absent(feature));
            ranker.Score(table, without);
            for (var i = 0; i < features.Length; i++) kept[i].CopyTo(table.Column(features[i]));
            for (var i = 0; i < without.Length; i++) without[i] = all[i] - without[i] + (weights[source] > 1 ? Stressed(scratch, ranker, source, weights[source] - 1, i) : 0);
            worths[(int)source] = without;
        }

        return worths;
    }

    /// <summary>Whether, without a ranker, a source's scores times its weight are what ranks.</summary>
    private static bool RanksByScores(ListScratch scratch, CandidateSource source) =>
        source == CandidateSource.Session || (source == CandidateSource.CoWatched && scratch.On[(int)ModelSource.CoWatched])
        || (source != CandidateSource.Trending && !scratch.On[(int)ModelSource.Session]);

    private static float Stressed(ListScratch scratch, RankerNetwork? ranker, CandidateSource source, float beyond, int candidate)
    {
        var worth = FirstPlace
            * (source == CandidateSource.Trending ? scratch.Pool.RankOf(candidate, CandidatePool.Trending) : scratch.RankOf(CandidateSources.OfModel(source), candidate));
        if (ranker is null) return beyond * worth;
        foreach (var feature in FeaturesOf(source)) worth += ranker.LinearWorth(feature) * (scratch.Table.Column(feature)[candidate] - ranker.Absent(feature));
        return beyond * worth;
    }

    /// <summary>What the ranker sees of a source.</summary>
    private static RankerFeature[] FeaturesOf(CandidateSource source) => source switch
    {
        CandidateSource.CoWatched => [RankerFeature.CoWatched, RankerFeature.CoWatchedRank, RankerFeature.WatchedNext],
        CandidateSource.Trending => [RankerFeature.Trending, RankerFeature.Lasting],
        _ => [(RankerFeature)CandidateSources.OfModel(source), RankerFeature.SessionRank + (int)CandidateSources.OfModel(source)],
    };
}
