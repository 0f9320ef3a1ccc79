using Recsys.Inference.Ranker;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Retrieval;
using Recsys.Serving.Rules;

namespace Recsys.Serving.Ranking;

/// <summary>
/// Puts the candidates of a list in order: by the model's ranker over what all sources say, by the session and co-watched sources where the model has no ranker, and by a source's own score
/// where only one is on.
/// </summary>
internal static class CandidateRanker
{
    /// <summary>Ranks, and adds the best to a snapshot.</summary>
    /// <param name="scratch">Scores and candidates.</param>
    /// <param name="model">The live model.</param>
    /// <param name="weights">How much each source counts.</param>
    /// <param name="counts">What is played now; null: nothing is known.</param>
    /// <param name="context">Users and moment.</param>
    /// <param name="boosts">What the placement boosts and buries; null: nothing.</param>
    /// <param name="objective">What the list is ranked for.</param>
    /// <param name="snapshot">Empty.</param>
    public static void Rank(
        ListScratch scratch, LiveModel model, SourceWeights weights, TrendingCounts? counts, in ListContext context, BoostTable? boosts, RankingObjective objective, Snapshot snapshot)
    {
        var pool = scratch.Pool;
        var ranker = Score(scratch, model, weights, counts, context);
        if (objective != RankingObjective.Play) ObjectiveRanking.Apply(scratch, model, ranker, objective);
        for (var i = 0; boosts is not null && i < pool.Count; i++) scratch.Logits[i] += boosts.Of(scratch.NumberOf(model, i));
        var order = scratch.Order.AsSpan(0, pool.Count);
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var keys = scratch.Logits;
        order.Sort((a, b) => keys[a] != keys[b] ? keys[b].CompareTo(keys[a]) : pool.Items[a].CompareTo(pool.Items[b]));
        foreach (var candidate in order)
        {
            if (snapshot.IsFull) break;
            snapshot.Add(Entry(scratch, model, ranker, weights, candidate, keys[candidate]));
        }
    }

    /// <summary>Computes the candidates' logits; returns the ranker that did, or null.</summary>
    /// <param name="scratch">Scores and candidates; receives features and logits.</param>
    /// <param name="model">As for <see cref="Rank"/>.</param>
    /// <param name="weights">As for <see cref="Rank"/>.</param>
    /// <param name="counts">As for <see cref="Rank"/>.</param>
    /// <param name="context">As for <see cref="Rank"/>.</param>
    public static RankerNetwork? Score(ListScratch scratch, LiveModel model, SourceWeights weights, TrendingCounts? counts, in ListContext context)
    {
        scratch.ResetCandidates();
        var logits = scratch.Logits.AsSpan(0, scratch.Pool.Count);
        var only = OnlyOne(scratch);
        if (only is null && !IsSessionAlone(scratch) && model.Sources.Ranker is { } ranker)
        {
            ByRanker(scratch, model, ranker, weights, counts, context, logits);
            FreshRanking.Weigh(scratch, weights, logits);
            return ranker;
        }

        BySources(scratch, model, weights, only, logits);
        FreshRanking.Weigh(scratch, weights, logits);
        return null;
    }

    /// <summary>What every source that is on says of a candidate.</summary>
    /// <param name="scratch">After <see cref="Score"/>.</param>
    /// <param name="model">As for <see cref="Rank"/>.</param>
    /// <param name="worths">Of <see cref="SourceWeighing.Worths"/>; null: there is no ranker.</param>
    /// <param name="weights">As for <see cref="Rank"/>.</param>
    /// <param name="candidate">Place in the pool.</param>
    public static IReadOnlyList<SourceScore> Explain(ListScratch scratch, LiveModel model, float[][]? worths, SourceWeights weights, int candidate)
    {
        var scores = new List<SourceScore>();
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (!scratch.IsOn(source)) continue;
            var known = CandidateSources.Of(source);
            scores.Add(new(known, scratch.ScoreOf(model, source, candidate), PlaceOf(scratch.RankOf(source, candidate)), WorthOf(known)));
        }

        var trending = scratch.Pool.RankOf(candidate, CandidatePool.Trending);
        if (trending > 0) scores.Add(new(CandidateSource.Trending, scratch.Trending[candidate], PlaceOf(trending), WorthOf(CandidateSource.Trending)));
        if (scratch.IsFresh(candidate) && scratch.FreshSimilarity(candidate) is var similarity)
            scores.Add(new(CandidateSource.Fresh, similarity, PlaceOf(scratch.Pool.RankOf(candidate, CandidatePool.Fresh)), FreshRanking.Worth(similarity, weights[CandidateSource.Fresh])));
        return scores;

        double WorthOf(CandidateSource source) => worths is null ? 0 : worths[(int)source][candidate];
    }

    private static int PlaceOf(float rank) => rank > 0 ? (int)Math.Round(1 / rank) : 0;

    private static void ByRanker(
        ListScratch scratch, LiveModel model, RankerNetwork ranker, SourceWeights weights, TrendingCounts? counts, in ListContext context, Span<float> logits)
    {
        var pool = scratch.Pool;

        // A source that is switched off says nothing.
        if (!weights.IsOn(CandidateSource.Trending)) counts = null;
        var trending = scratch.Trending.AsSpan(0, counts is null ? 0 : pool.Count);
        var lasting = scratch.Lasting.AsSpan(0, trending.Length);
        if (counts is not null) counts.CountsOf(Numbers(scratch, model), context.MomentMs, trending, lasting);
        var table = scratch.Table;
        model.Sources.Fill(pool, scratch.Scores, scratch.On, trending, lasting, context, table);
        FreshRanking.Fill(scratch, model, ranker, trending, lasting, context);
        if (scratch.IsNextOn) NextRanking.Fill(scratch, model);
        SourceWeighing.Soften(scratch, ranker, weights);
        ranker.Score(table, logits);
        SourceWeighing.Stress(scratch, ranker, weights, logits);
    }

    private static void BySources(ListScratch scratch, LiveModel model, SourceWeights weights, ModelSource? only, Span<float> logits)
    {
        logits.Clear();
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            // Without a ranker nobody knows what the others' units are worth beside logits; the rules' are logits.
            var counts = only is { } one ? source == one : source == ModelSource.Session || (source == ModelSource.CoWatched && scratch.On[(int)source]) || !scratch.On[(int)ModelSource.Session];
            if (!scratch.IsOn(source) || !counts) continue;
            var weight = weights[CandidateSources.Of(source)];
            for (var i = 0; i < logits.Length; i++) logits[i] += weight * scratch.ScoreOf(model, source, i);
        }

        if (only is null) SourceWeighing.Stress(scratch, null, weights, logits);
    }

    /// <summary>The only source that is on, of those that score by what a user did; null: there are more, or none.</summary>
    private static ModelSource? OnlyOne(ListScratch scratch)
    {
        ModelSource? only = null;
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (!scratch.IsOn(source)) continue;
            if (only is not null) return null;
            only = source;
        }

        return only;
    }

    /// <summary>The session network with its rules: they were chosen for each other, and rank without help.</summary>
    private static bool IsSessionAlone(ListScratch scratch)
    {
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (scratch.IsOn(source) != (source is ModelSource.Session or ModelSource.CoWatched)) return false;
        }

        return true;
    }

    private static ReadOnlySpan<uint> Numbers(ListScratch scratch, LiveModel model)
    {
        for (var i = 0; i < scratch.Pool.Count; i++) scratch.Numbers[i] = scratch.NumberOf(model, i);
        return scratch.Numbers.AsSpan(0, scratch.Pool.Count);
    }

    private static SnapshotEntry Entry(ListScratch scratch, LiveModel model, RankerNetwork? ranker, SourceWeights weights, int candidate, float logit)
    {
        if (scratch.IsFresh(candidate))
        {
            return new(
                scratch.NumberOf(model, candidate), logit, CandidateSources.Bit(CandidateSource.Fresh), CandidateSource.Fresh, scratch.FreshSimilarity(candidate));
        }

        var id = scratch.Pool.Items[candidate];
        var (sources, main, most) = ((byte)0, default(CandidateSource), float.NegativeInfinity);
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (!scratch.IsOn(source) || scratch.RankOf(source, candidate) is not (> 0 and var rank)) continue;

            // Weights reach few items: where they say nothing of an item, they're no reason for it.
            var isNext = source == ModelSource.CoWatched && scratch.Pool.RankOf(candidate, CandidatePool.WatchedNext) > 0;
            if (!isNext && source is ModelSource.CoWatched or ModelSource.Linear && scratch.Scores.Of(source)[id] <= 0) continue;
            var known = CandidateSources.Of(source);
            sources |= CandidateSources.Bit(known);

            // Without a ranker the session source ranks: what it proposed is there because of it.
            var says = ranker is null ? (source == ModelSource.Session ? 2 : rank) : weights[known] * Says(scratch, ranker, source, candidate);
            if (says > most) (most, main) = (says, known);
        }

        // Only a boost put it forward: it's there by what the first source that is on says.
        if (main == default && scratch.Pool.RankOf(candidate, CandidatePool.Boosted) > 0) main = CandidateSources.Of((ModelSource)Array.IndexOf(scratch.On, true));
        var score = main == default ? 0 : scratch.ScoreOf(model, CandidateSources.OfModel(main), candidate);
        if (scratch.Pool.RankOf(candidate, CandidatePool.Trending) > 0)
        {
            if (main == default) (main, score) = (CandidateSource.Trending, scratch.Trending[candidate]);
            sources |= CandidateSources.Bit(CandidateSource.Trending);
        }

        return new(model.ItemNumbers[id], logit, (byte)(sources | (main == default ? 0 : CandidateSources.Bit(main))), main, score);
    }

    /// <summary>What a source adds to a candidate's logit, above what is usual of candidates.</summary>
    private static float Says(ListScratch scratch, RankerNetwork ranker, ModelSource source, int candidate) =>
        Says(scratch, ranker, (RankerFeature)source, candidate) + Says(scratch, ranker, RankerFeature.SessionRank + (int)source, candidate)
        + (source == ModelSource.CoWatched ? Says(scratch, ranker, RankerFeature.WatchedNext, candidate) : 0);

    private static float Says(ListScratch scratch, RankerNetwork ranker, RankerFeature feature, int candidate) =>
        ranker.LinearWorth(feature) * (scratch.Table.Column(feature)[candidate] - ranker.Absent(feature));
}
