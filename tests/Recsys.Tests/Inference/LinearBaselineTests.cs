using Recsys.Inference.Evaluation.Baselines;
using Recsys.Tests.Inference.Rules;

namespace Recsys.Tests.Inference;

public sealed class LinearBaselineTests
{
    [Fact]
    public void Sequential_rules_count_one_over_the_distance_and_keep_the_strongest()
    {
        var scores = new float[5];
        var rules = SequentialRules.Fit([[0, 1, 2, 3], [0, 2], [4], []], 5);
        rules.Score([3, 0], scores);
        Assert.Equal([0, 1, 1.5f, 1 / 3f, 0], scores);
        rules.Score([4], scores);
        Assert.Equal(new float[5], scores);
        rules.Score([], scores);
        Assert.Equal(new float[5], scores);

        SequentialRules.Fit([[0, 1, 2, 3], [0, 2]], 5, steps: 2).Score([0], scores);
        Assert.Equal([0, 1, 1.5f, 0, 0], scores);
        SequentialRules.Fit([[0, 3, 1]], 5, kept: 1).Score([0], scores);
        Assert.Equal([0, 0, 0, 1, 0], scores);
        SequentialRules.Fit([[0, 3, 0, 1], [0, 1]], 5, steps: 1, kept: 1).Score([0], scores);
        Assert.Equal([0, 2, 0, 0, 0], scores);
    }

    [Fact]
    public void Ease_is_the_closed_form_in_float64()
    {
        const int items = 140;
        var sequences = NaiveRules.Sample(11, 100, items, 20).Sequences;
        var matrix = new double[items, items];
        foreach (var sequence in sequences)
        {
            foreach (var i in sequence.Distinct())
            {
                foreach (var j in sequence.Distinct()) matrix[i, j]++;
            }
        }

        for (var i = 0; i < items; i++) matrix[i, i] += 5;
        var p = NaiveRules.Invert(matrix);
        var scores = new float[items];
        Ease.Fit(sequences, items, ridge: 5).Score([3, 17, 3], scores);
        for (var j = 0; j < items; j++)
        {
            var expected = new[] { 3, 17 }.Where(i => i != j).Sum(i => -p[i, j] / p[j, j]);
            Assert.Equal(expected, scores[j], 1e-4);
        }
    }

    [Fact]
    public void Linear_baselines_take_empty_and_single_interactions()
    {
        var scores = new float[3];
        foreach (var sequences in new int[][][] { [], [[]], [[1]], [[], [2], [1]] })
        {
            IBaseline[] baselines = [Ease.Fit(sequences, 3), SequentialRules.Fit(sequences, 3)];
            foreach (var baseline in baselines)
            {
                baseline.Score([1], scores);
                Assert.All(scores, score => Assert.True(float.IsFinite(score)));
            }
        }
    }
}
