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
    public void Ials_alternates_between_the_normal_equations()
    {
        const int items = 12;
        var sequences = NaiveRules.Sample(2, 25, items, 9).Sequences;
        var random = new Random(4);
        float[][] confidences = [.. sequences.Select(sequence => sequence.Select(_ => 0.5f + random.NextSingle()).ToArray())];
        var options = new IalsOptions { Dimensions = 5, Epochs = 3, Seed = 9, Regularisation = 0.05f, UnobservedWeight = 0.2f, FrequencyPower = 0.8f, InitialScale = 1 };
        var model = Ials.Fit(sequences, items, options, confidences);
        var (expected, scores) = (NaiveScores(sequences, confidences, items, options, [1, 5], [1, 2]), new float[items]);
        model.Score([1, 5], [1, 2], scores);
        for (var j = 0; j < items; j++) Assert.Equal(expected[j], scores[j], 2e-4);

        var again = new float[items];
        Ials.Fit(sequences, items, options, confidences).Score([1, 5], [1, 2], again);
        Assert.Equal(scores, again);
        model.Score([], scores);
        Assert.Equal(new float[items], scores);
    }

    [Fact]
    public void Linear_baselines_take_empty_and_single_interactions()
    {
        var scores = new float[3];
        foreach (var sequences in new int[][][] { [], [[]], [[1]], [[], [2], [1]] })
        {
            IBaseline[] baselines = [Ease.Fit(sequences, 3), Ials.Fit(sequences, 3, new() { Dimensions = 4 }), SequentialRules.Fit(sequences, 3)];
            foreach (var baseline in baselines)
            {
                baseline.Score([1], scores);
                Assert.All(scores, score => Assert.True(float.IsFinite(score)));
            }
        }
    }

    private static double[] NaiveScores(int[][] sequences, float[][] confidences, int items, IalsOptions options, int[] history, float[] weights)
    {
        var d = options.Dimensions;
        var random = new Random(options.Seed);
        var (y, x) = (new double[items, d], new double[sequences.Length, d]);
        for (var i = 0; i < items * d; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            y[i / d, i % d] = normal * options.InitialScale / Math.Sqrt(d);
        }

        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            for (var u = 0; u < sequences.Length; u++) Set(x, u, Solve(y, [.. sequences[u].Zip(confidences[u])]));
            for (var i = 0; i < items; i++)
            {
                Set(y, i, Solve(x, [.. Enumerable.Range(0, sequences.Length).SelectMany(u => sequences[u].Zip(confidences[u]).Where(pair => pair.First == i).Select(pair => (u, pair.Second)))]));
            }
        }

        var user = Solve(y, [.. history.Zip(weights)]);
        return [.. Enumerable.Range(0, items).Select(i => Enumerable.Range(0, d).Sum(k => user[k] * y[i, k]))];

        void Set(double[,] into, int row, double[] values)
        {
            for (var k = 0; k < d; k++) into[row, k] = values[k];
        }

        double[] Solve(double[,] factors, (int Row, float Weight)[] seen)
        {
            var count = factors.GetLength(0);
            var (a, b) = (new double[d, d], new double[d, 1]);
            for (var k = 0; k < d; k++)
            {
                for (var l = 0; l < d; l++)
                {
                    for (var r = 0; r < count; r++) a[k, l] += options.UnobservedWeight * factors[r, k] * factors[r, l];
                    foreach (var (r, w) in seen) a[k, l] += w * factors[r, k] * factors[r, l];
                }

                a[k, k] += options.Regularisation * Math.Pow(seen.Length + (options.UnobservedWeight * count), options.FrequencyPower);
                foreach (var (r, w) in seen) b[k, 0] += w * factors[r, k];
            }

            var solved = NaiveRules.Multiply(NaiveRules.Invert(a), b);
            return [.. Enumerable.Range(0, d).Select(k => solved[k, 0])];
        }
    }
}
