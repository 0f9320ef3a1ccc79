using Recsys.Inference.Index;
using Recsys.Inference.Ranker;
using Recsys.Serving.Fresh;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Rules;
using Recsys.Serving.Steering;

namespace Recsys.Serving.Retrieval;

/// <summary>
/// Asks every source that is on for its best items and merges what they propose. A source scores all items of the model, so what a filter leaves is found however little it is; an item is
/// put to the filter only when it's good enough to be proposed, and once.
/// </summary>
internal static class Candidates
{
    /// <summary>Scores all items by each source that is on, and fills the pool.</summary>
    /// <param name="scratch">Working memory; afterwards scores and candidates.</param>
    /// <param name="model">The live model.</param>
    /// <param name="wishes">Of each user of whom the model knows something, at least one.</param>
    /// <param name="filter">What may be in the list.</param>
    /// <param name="weights">Which sources are on.</param>
    /// <param name="trending">What is played most now; null: nothing is known.</param>
    /// <param name="boosts">What the placement boosts; null: nothing.</param>
    /// <param name="fresh">Neighbours of the items that the model doesn't know; null: there are none.</param>
    public static void Gather(
        ListScratch scratch, LiveModel model, List<Wish> wishes, CandidateFilter filter, SourceWeights weights, TrendingRanking? trending, BoostTable? boosts, FreshNeighbours? fresh = null)
    {
        scratch.Reset(model.ItemCount);
        scratch.Wishes = wishes;
        scratch.FreshNeighbours = weights.IsOn(CandidateSource.Fresh) ? fresh : null;
        var included = filter.Included is { } numbers ? DenseIds(model, numbers) : null;
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            scratch.On[(int)source] = model.Sources.Has(source) && weights.IsOn(CandidateSources.Of(source));
            if (!scratch.On[(int)source]) continue;
            Score(scratch, model, wishes, source);
            Propose(scratch, model, source, filter, included);
        }

        if (boosts is not null) ProposeBoosted(scratch, model, boosts, filter, included);
        if (trending is not null && weights.IsOn(CandidateSource.Trending)) ProposeTrending(scratch, model, trending, filter, included);

        // It goes by what the others say: alone it has nothing to say.
        if (scratch.FreshNeighbours is { } neighbours && scratch.On.Contains(true))
            FreshCandidates.Propose(scratch, model, neighbours, filter, weights.IsOn(CandidateSource.Trending) ? trending : null, boosts);
    }

    /// <summary>Adds what users lately went on to, of the items that the model knows, to the pool; returns how many.</summary>
    /// <param name="scratch">After <see cref="Gather"/>, with the scores of what was watched next.</param>
    /// <param name="model">As for <see cref="Gather"/>.</param>
    /// <param name="filter">As for <see cref="Gather"/>.</param>
    public static int ProposeNext(ListScratch scratch, LiveModel model, CandidateFilter filter)
    {
        var included = filter.Included is { } numbers ? DenseIds(model, numbers) : null;
        var top = new TopItems(scratch.Best.AsSpan(0, SourceModels.SourceDepth));
        foreach (var (number, score) in scratch.WatchedNext)
        {
            var id = model.DenseId(number);
            if (id >= 0 && top.Wants(id, score) && IsIncluded(included, id) && IsAllowed(scratch, model, filter, id)) top.Offer(id, score);
        }

        var count = top.Finish();
        scratch.Pool.Add(CandidatePool.WatchedNext, scratch.Best.AsSpan(0, count));
        return count;
    }

    /// <summary>For one user the source's own scores. For several the session's mean probability and the mean of every other source, so that everybody's wishes weigh the same.</summary>
    private static void Score(ListScratch scratch, LiveModel model, List<Wish> wishes, ModelSource source)
    {
        var scores = scratch.Scores.Of(source);
        if (wishes.Count == 1)
        {
            ScoreOne(model, wishes[0], source, scores);
            return;
        }

        scores.Clear();
        var own = scratch.Buffer;
        foreach (var wish in wishes)
        {
            ScoreOne(model, wish, source, own);
            if (source == ModelSource.Session) ToProbabilities(own);
            for (var i = 0; i < own.Length; i++) scores[i] += own[i] / wishes.Count;
        }

        if (source != ModelSource.Session) return;
        for (var i = 0; i < scores.Length; i++) scores[i] = MathF.Log(Math.Max(scores[i], float.Epsilon));
    }

    private static void ScoreOne(LiveModel model, Wish wish, ModelSource source, Span<float> scores)
    {
        if (source == ModelSource.Session) model.Index.ScoreAll(wish.Output, scores);
        model.Sources.Score(source, new(wish.History, wish.Taste), scores);
    }

    private static void ToProbabilities(Span<float> logits)
    {
        var highest = float.NegativeInfinity;
        foreach (var logit in logits) highest = Math.Max(highest, logit);
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++) sum += logits[i] = MathF.Exp(logits[i] - highest);
        for (var i = 0; i < logits.Length; i++) logits[i] = (float)(logits[i] / sum);
    }

    private static void Propose(ListScratch scratch, LiveModel model, ModelSource source, CandidateFilter filter, int[]? included)
    {
        var scores = scratch.Scores.Of(source);
        var top = new TopItems(scratch.Best.AsSpan(0, source == ModelSource.Session ? SourceModels.SessionDepth : SourceModels.SourceDepth));
        var count = included?.Length ?? scores.Length;
        for (var i = 0; i < count; i++)
        {
            var id = included is null ? i : included[i];
            if (top.Wants(id, scores[id]) && IsAllowed(scratch, model, filter, id)) top.Offer(id, scores[id]);
        }

        scratch.Pool.Add((int)source, scratch.Best.AsSpan(0, top.Finish()));
    }

    /// <summary>What is boosted, however low its score, and the best of what filters boost: by the first source that is on.</summary>
    private static void ProposeBoosted(ListScratch scratch, LiveModel model, BoostTable boosts, CandidateFilter filter, int[]? included)
    {
        var first = Array.IndexOf(scratch.On, true);
        if (first < 0) return;
        var scores = scratch.Scores.Of((ModelSource)first);
        foreach (var number in boosts.Raised)
        {
            var id = model.DenseId(number);
            if (id >= 0 && IsIncluded(included, id) && IsAllowed(scratch, model, filter, id)) scratch.Pool.Add(CandidatePool.Boosted, [new(id, scores[id])]);
        }

        if (boosts.Steering is { Raises: true } steering) ProposeSteered(scratch, model, steering, filter, included);
        if (!boosts.RaisesByFilter) return;
        var top = new TopItems(scratch.Best.AsSpan(0, SourceModels.SourceDepth));
        for (var id = 0; id < scores.Length; id++)
        {
            if (!top.Wants(id, scores[id]) || !IsIncluded(included, id)) continue;
            if (boosts.IsRaisedByFilter(model.ItemNumbers[id]) && IsAllowed(scratch, model, filter, id)) top.Offer(id, scores[id]);
        }

        scratch.Pool.Add(CandidatePool.Boosted, scratch.Best.AsSpan(0, top.Finish()));
    }

    /// <summary>What is most like what the users want more of.</summary>
    private static void ProposeSteered(ListScratch scratch, LiveModel model, ListSteering steering, CandidateFilter filter, int[]? included)
    {
        var top = new TopItems(scratch.Best.AsSpan(0, SourceModels.SourceDepth));
        for (var i = 0; i < (included?.Length ?? model.ItemCount); i++)
        {
            var id = included is null ? i : included[i];
            var worth = steering.Of(model.ItemNumbers[id]);
            if (worth > 0 && top.Wants(id, worth) && IsAllowed(scratch, model, filter, id)) top.Offer(id, worth);
        }

        scratch.Pool.Add(CandidatePool.Boosted, scratch.Best.AsSpan(0, top.Finish()));
    }

    /// <summary>Only items that the model knows: the others are the fresh source's.</summary>
    private static void ProposeTrending(ListScratch scratch, LiveModel model, TrendingRanking trending, CandidateFilter filter, int[]? included)
    {
        var count = 0;
        for (var i = 0; i < trending.Items.Length && count < SourceModels.SourceDepth; i++)
        {
            var id = model.DenseId(trending.Items[i]);
            if (id < 0 || !IsIncluded(included, id) || !IsAllowed(scratch, model, filter, id)) continue;
            scratch.Best[count++] = new(id, (float)trending.Counts[i]);
        }

        scratch.Pool.Add(CandidatePool.Trending, scratch.Best.AsSpan(0, count));
    }

    private static bool IsIncluded(int[]? included, int id) => included is null || Array.BinarySearch(included, id) >= 0;

    private static bool IsAllowed(ListScratch scratch, LiveModel model, CandidateFilter filter, int id)
    {
        ref var verdict = ref scratch.Verdicts[id];
        if (verdict == 0) verdict = filter.Allows(model.ItemNumbers[id]) ? (byte)1 : (byte)2;
        return verdict == 1;
    }

    /// <summary>Ascending.</summary>
    private static int[] DenseIds(LiveModel model, uint[] numbers)
    {
        var ids = new List<int>(numbers.Length);
        foreach (var number in numbers)
        {
            if (model.DenseId(number) is >= 0 and var id) ids.Add(id);
        }

        ids.Sort();
        return [.. ids];
    }
}
