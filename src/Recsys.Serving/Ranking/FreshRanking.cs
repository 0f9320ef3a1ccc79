using Recsys.Inference.Ranker;
using Recsys.Serving.Fresh;
using Recsys.Serving.Live;
using Recsys.Serving.Lists;
using Recsys.Serving.Retrieval;

namespace Recsys.Serving.Ranking;

/// <summary>
/// How items that the model doesn't know compete with those that it does: by the features that they would have if they were like their neighbours, with odds that fall with their distance from
/// these and rise with the source's weight.
/// </summary>
internal static class FreshRanking
{
    // What an item that has nothing in common with its neighbours would lose.
    private const float Doubt = 1;

    // Five times the odds: means of ten neighbours are nearer to the usual than items are, so that none of them would reach a first page.
    private static readonly float Lift = MathF.Log(5);

    /// <summary>What is added to a fresh item's logit.</summary>
    /// <param name="similarity">Mean cosine to its neighbours.</param>
    /// <param name="weight">The source's weight, above 0: it multiplies the odds.</param>
    public static float Worth(float similarity, float weight) => MathF.Log(weight) + Lift - (Doubt * (1 - similarity));

    /// <summary>Fills in the features of the fresh candidates, which <see cref="SourceModels.Fill"/> left out.</summary>
    /// <param name="scratch">With the pool.</param>
    /// <param name="model">The live model.</param>
    /// <param name="ranker">Its ranker.</param>
    /// <param name="trending">The candidates' own counts; empty: unknown.</param>
    /// <param name="lasting">The same with the long half-life.</param>
    /// <param name="context">Users and moment.</param>
    public static void Fill(ListScratch scratch, LiveModel model, RankerNetwork ranker, ReadOnlySpan<float> trending, ReadOnlySpan<float> lasting, in ListContext context)
    {
        if (scratch.Fresh.Proposed.Count == 0) return;
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (scratch.On[(int)source]) FillSource(scratch, model, source);
        }

        var facts = context.Profile.IsEmpty ? null : model.Sources.Facts;
        var popular = scratch.Table.Column(RankerFeature.Popularity);
        var affinities = scratch.Table.Column(RankerFeature.CategoryAffinity);
        var now = scratch.Table.Column(RankerFeature.Trending);
        var weeks = scratch.Table.Column(RankerFeature.Lasting);
        for (var i = 0; i < scratch.Pool.Count; i++)
        {
            if (!scratch.IsFresh(i)) continue;
            var (popularity, affinity) = Means(model, facts, context.Profile, scratch.FreshNeighbours!.Of(scratch.NumberOf(model, i)));
            popular[i] = popularity;
            if (facts is not null) affinities[i] = affinity;

            // An item that is new was played by few: that says nothing against it, what it was played speaks for it.
            if (trending.IsEmpty) continue;
            now[i] = Math.Max(MathF.Log(1 + trending[i]), ranker.Absent(RankerFeature.Trending));
            weeks[i] = Math.Max(MathF.Log(1 + lasting[i]), ranker.Absent(RankerFeature.Lasting));
        }
    }

    /// <summary>Adds <see cref="Worth"/> to the fresh candidates' logits.</summary>
    public static void Weigh(ListScratch scratch, SourceWeights weights, Span<float> logits)
    {
        for (var i = 0; i < logits.Length; i++)
        {
            if (scratch.IsFresh(i)) logits[i] += Worth(scratch.FreshSimilarity(i), weights[CandidateSource.Fresh]);
        }
    }

    /// <summary>A source's estimate, and the rank that it would give the item beside what it proposed.</summary>
    private static void FillSource(ListScratch scratch, LiveModel model, ModelSource source)
    {
        var pool = scratch.Pool;
        var values = scratch.Table.Column((RankerFeature)source);
        var ranks = scratch.Table.Column(RankerFeature.SessionRank + (int)source);
        var depth = source == ModelSource.Session ? SourceModels.SessionDepth : SourceModels.SourceDepth;
        Span<float> proposed = stackalloc float[depth];
        var (count, less) = (0, 0f);
        for (var i = 0; i < pool.Count; i++)
        {
            if (scratch.IsFresh(i)) continue;
            var score = scratch.ScoreOf(source, i);

            // The features of the session source are logarithms of probabilities, its scores are logits.
            less = score - values[i];
            if (pool.RankOf(i, (int)source) is not (> 0 and var rank)) continue;
            proposed[(int)MathF.Round(1 / rank) - 1] = score;
            count++;
        }

        for (var i = 0; i < pool.Count; i++)
        {
            if (!scratch.IsFresh(i)) continue;
            var score = scratch.ScoreOf(source, i);
            values[i] = score - less;
            var place = Above(proposed[..count], score);
            ranks[i] = place < depth ? 1f / (1 + place) : 0;
        }
    }

    /// <summary>How many of falling scores are above one.</summary>
    private static int Above(ReadOnlySpan<float> scores, float score)
    {
        var (low, high) = (0, scores.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (scores[middle] > score) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Means over neighbours, which count by the square of their similarity: it's as popular, and of the categories.</summary>
    /// <param name="model">The live model.</param>
    /// <param name="facts">Null: affinity is 0.</param>
    /// <param name="profile">The users' categories.</param>
    /// <param name="neighbours">Its neighbours.</param>
    private static (float Popularity, float Affinity) Means(LiveModel model, ItemFacts? facts, ReadOnlySpan<float> profile, ReadOnlySpan<Neighbour> neighbours)
    {
        var (popularity, affinity, weights) = (0f, 0f, 0f);
        foreach (var neighbour in neighbours)
        {
            var weight = neighbour.Similarity * neighbour.Similarity;
            popularity += weight * MathF.Log(1 + model.Network.ItemPopularity[neighbour.Id]);
            if (facts is not null) affinity += weight * facts.Affinity(neighbour.Id, profile);
            weights += weight;
        }

        return weights > 0 ? (popularity / weights, affinity / weights) : (0, 0);
    }
}
