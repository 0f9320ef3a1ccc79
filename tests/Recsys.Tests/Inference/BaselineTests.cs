using Recsys.Inference.Evaluation;
using Recsys.Inference.Evaluation.Baselines;

namespace Recsys.Tests.Inference;

public sealed class BaselineTests
{
    private static readonly int[][] Sequences = [[0, 1, 2], [0, 1, 3], [4, 1, 2], [0, 5]];

    [Fact]
    public void Most_popular_counts_interactions_whatever_the_history()
    {
        var scores = new float[7];
        MostPopular.Fit(Sequences, 7).Score([5], scores);
        Assert.Equal([3, 3, 2, 1, 1, 1, 0], scores);
    }

    [Fact]
    public void Markov_chain_gives_smoothed_transition_shares()
    {
        var scores = new float[7];
        var chain = MarkovChain.Fit(Sequences, 7, prior: 1);
        chain.Score([4, 0], scores);

        // From 0: twice to 1, once to 5; 11 interactions in all.
        Assert.Equal((2 + (3 / 11f)) / 4, scores[1], 1e-6f);
        Assert.Equal((1 + (1 / 11f)) / 4, scores[5], 1e-6f);
        Assert.Equal(2 / 11f / 4, scores[2], 1e-6f);
        Assert.Equal(0, scores[6]);
        Assert.Equal(1, scores.Sum(), 1e-5f);

        chain.Score([], scores);
        Assert.Equal(3 / 11f, scores[0], 1e-6f);
    }

    [Fact]
    public void Item_knn_gives_the_cosine_where_distance_and_age_do_not_count()
    {
        var scores = new float[7];
        var knn = ItemKnn.Fit(Sequences, 7, new() { Window = 100, DistancePower = 0, Shrinkage = 0, Decay = 1, Neighbours = 10 });
        knn.Score([1], scores);
        Assert.Equal(2 / 3f, scores[0], 1e-6f);
        Assert.Equal(2 / MathF.Sqrt(3 * 2), scores[2], 1e-6f);
        Assert.Equal(1 / MathF.Sqrt(3), scores[3], 1e-6f);
        Assert.Equal(0, scores[5], 1e-6f);
        Assert.True(scores[5] > scores[6]);

        knn.Score([1, 0], scores);
        Assert.Equal((2 / MathF.Sqrt(3 * 2)) + (1 / MathF.Sqrt(3 * 2)), scores[2], 1e-6f);
    }

    [Fact]
    public void Item_knn_weighs_near_pairs_and_new_interactions_more()
    {
        var scores = new float[5];
        ItemKnn.Fit([[0, 1, 2], [3, 4]], 5, new() { Shrinkage = 0, DistancePower = 1, Decay = 0.5f }).Score([3, 0], scores);
        Assert.Equal(1, scores[1], 1e-6f);
        Assert.Equal(0.5f, scores[2], 1e-6f);
        Assert.Equal(0.5f, scores[4], 1e-6f);
    }

    [Fact]
    public void Item_knn_keeps_only_the_nearest()
    {
        var scores = new float[4];
        ItemKnn.Fit([[0, 1, 2, 3], [0, 1]], 4, new() { Shrinkage = 0, Neighbours = 1 }).Score([0], scores);
        Assert.True(scores[1] > 0.1f);
        Assert.True(scores[2] < 1e-6f);
    }

    [Fact]
    public void Where_the_order_is_everything_the_order_aware_win()
    {
        // Users walk round a ring of 40 items: what comes next follows from the last item, and all items are equally popular.
        const int items = 40;
        var sequences = Enumerable.Range(0, 80).Select(user => Enumerable.Range(user, 12).Select(i => i % items).ToArray()).ToArray();
        int[][] histories = [.. sequences.Select(sequence => sequence[..^1])];
        IBaseline[] baselines = [MostPopular.Fit(histories, items), ItemKnn.Fit(histories, items), MarkovChain.Fit(histories, items)];
        double[] ndcg =
        [
            .. baselines.Select(baseline =>
            {
                var (accumulator, scores) = (new RankingAccumulator(items, 10), new float[items]);
                foreach (var sequence in sequences)
                {
                    baseline.Score(sequence.AsSpan(..^1), scores);
                    accumulator.Add(scores, sequence[^1], sequence.AsSpan(..^1));
                }

                return accumulator.Scores()[0].Ndcg;
            }),
        ];
        Assert.True(ndcg[0] < 0.3);
        Assert.True(ndcg[1] > 0.9);
        Assert.Equal(1, ndcg[2], 1e-9);
    }
}
