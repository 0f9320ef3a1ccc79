using Recsys.Inference.Index;
using Recsys.Inference.Ranker;
using Recsys.Serving.Fresh;
using Recsys.Serving.Live;
using Recsys.Serving.Lists;
using Recsys.Serving.Rules;

namespace Recsys.Serving.Retrieval;

/// <summary>
/// The source of what is new: of the items that the model doesn't know those that would be the best by each of its sources, if they were like their neighbours. In the pool they go by their place in
/// <see cref="FreshScores"/> behind the model's own dense ids.
/// </summary>
internal static class FreshCandidates
{
    /// <summary>Items that it proposes for each source at most.</summary>
    public const int Depth = 50;

    /// <summary>Proposes; the model's sources have scored and proposed by now.</summary>
    public static void Propose(ListScratch scratch, LiveModel model, FreshNeighbours neighbours, CandidateFilter filter, TrendingRanking? trending, BoostTable? boosts)
    {
        var fresh = scratch.Fresh;
        fresh.Compute(neighbours, filter.Included, scratch.Scores, scratch.On);
        if (fresh.Items.IsEmpty) return;
        Span<int> counts = stackalloc int[SourceScores.Count];
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (scratch.On[(int)source]) counts[(int)source] = Best(scratch, model, fresh.Of(source), filter, null, scratch.Best.AsSpan((int)source * Depth, Depth));
        }

        // In turn, so that each source's first come before any source's second.
        for (var rank = 0; rank < Depth; rank++)
        {
            for (var source = 0; source < counts.Length; source++)
            {
                if (rank < counts[source]) Add(fresh, model, scratch.Best[(source * Depth) + rank].Item - model.ItemCount);
            }
        }

        if (trending is not null) AddTrending(scratch, model, filter, trending);
        if (boosts is not null) AddBoosted(scratch, model, filter, boosts);
        scratch.Pool.Add(CandidatePool.Fresh, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(fresh.Proposed));
    }

    private static int Best(ListScratch scratch, LiveModel model, ReadOnlySpan<float> scores, CandidateFilter filter, BoostTable? boosts, Span<ScoredItem> best)
    {
        var top = new TopItems(best);
        for (var i = 0; i < scores.Length; i++)
        {
            var id = model.ItemCount + i;
            if (!top.Wants(id, scores[i]) || boosts?.IsRaisedByFilter(scratch.Fresh.Items[i]) == false || !IsAllowed(scratch.Fresh, filter, i)) continue;
            top.Offer(id, scores[i]);
        }

        return top.Finish();
    }

    /// <summary>What is played now although no model knows it.</summary>
    private static void AddTrending(ListScratch scratch, LiveModel model, CandidateFilter filter, TrendingRanking trending)
    {
        for (var i = 0; i < Math.Min(trending.Items.Length, SourceModels.SourceDepth); i++) AddAllowed(scratch, model, filter, trending.Items[i]);
    }

    /// <summary>As of the known items: what is named, and the best of what filters boost, by the first source that is on.</summary>
    private static void AddBoosted(ListScratch scratch, LiveModel model, CandidateFilter filter, BoostTable boosts)
    {
        foreach (var item in boosts.Raised) AddAllowed(scratch, model, filter, item);
        if (!boosts.RaisesByFilter) return;
        var first = (ModelSource)Array.IndexOf(scratch.On, true);
        var count = Best(scratch, model, scratch.Fresh.Of(first), filter, boosts, scratch.Best.AsSpan(0, SourceModels.SourceDepth));
        for (var i = 0; i < count; i++) Add(scratch.Fresh, model, scratch.Best[i].Item - model.ItemCount);
    }

    private static void AddAllowed(ListScratch scratch, LiveModel model, CandidateFilter filter, uint item)
    {
        var place = scratch.Fresh.Items.BinarySearch(item);
        if (place >= 0 && IsAllowed(scratch.Fresh, filter, place)) Add(scratch.Fresh, model, place);
    }

    private static void Add(FreshScores fresh, LiveModel model, int place)
    {
        if (fresh.Verdicts[place] == 3) return;
        fresh.Verdicts[place] = 3;
        fresh.Proposed.Add(new(model.ItemCount + place, fresh.Similarities[place]));
    }

    private static bool IsAllowed(FreshScores fresh, CandidateFilter filter, int place)
    {
        ref var verdict = ref fresh.Verdicts[place];
        if (verdict == 0) verdict = filter.Allows(fresh.Items[place]) ? (byte)1 : (byte)2;
        return verdict != 2;
    }
}
