using Recsys.Inference.Index;
using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;
using Recsys.Inference.Taste;
using Recsys.Tests.Inference.Rules;

namespace Recsys.Tests.Inference.Taste;

public sealed class TasteModelTests
{
    private const int ItemCount = 12;

    private static readonly TasteOptions Options = new()
    {
        Dimensions = 5,
        Epochs = 3,
        Seed = 9,
        Regularisation = 0.05f,
        UnobservedWeight = 0.2f,
        FrequencyPower = 0.8f,
        InitialScale = 1,
    };

    [Fact]
    public void A_fit_alternates_between_the_normal_equations()
    {
        var (sequences, confidences) = Sample(25);
        var (model, expected) = (TasteFit.Fit(sequences, ItemCount, Options, confidences), NaiveTaste.Fit(sequences, confidences, ItemCount, Options));
        for (var i = 0; i < ItemCount; i++)
        {
            for (var k = 0; k < Options.Dimensions; k++) Assert.Equal(expected[i, k], model.Items.Row(i)[k], 2e-4);
        }

        Assert.Equal(model.Items.Values, TasteFit.Fit(sequences, ItemCount, Options, confidences).Items.Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Blocks_come_to_the_same_vectors_in_more_passes(int blockSize)
    {
        // With few passes they are still apart, so that this isn't the whole solution under another name.
        var (sequences, confidences) = Sample(25);
        var whole = TasteFit.Fit(sequences, ItemCount, Options with { Epochs = 400 }, confidences);
        var few = TasteFit.Fit(sequences, ItemCount, Options with { BlockSize = blockSize }, confidences);
        var many = TasteFit.Fit(sequences, ItemCount, Options with { BlockSize = blockSize, Epochs = 1_500 }, confidences);
        Assert.True(Difference(whole, few, sequences) > 1e-3);
        Assert.True(Difference(whole, many, sequences) < 1e-3);
    }

    [Fact]
    public void A_block_never_raises_the_objective()
    {
        var (sequences, confidences) = Sample(25);
        var model = TasteFit.Fit(sequences, ItemCount, Options, confidences);
        var factors = Doubles(model);
        (int Row, float Weight)[] seen = [(1, 1), (5, 2), (5, 0.5f)];
        var solver = new TasteSolver(Options with { BlockSize = 2 });
        var (x, gram) = (new float[] { 1, -1, 0.5f, 2, 0 }, TasteFit.Gram(model.Items.Values.ToArray(), ItemCount, Options));
        var before = double.PositiveInfinity;
        for (var pass = 0; pass < 200; pass++)
        {
            var loss = NaiveTaste.Loss(factors, seen, [.. x.Select(value => (double)value)], Options);
            Assert.True(loss <= before + 1e-6, $"pass {pass}: {loss} after {before}");
            before = loss;
            solver.Solve([1, 5, 5], [1, 2, 0.5f], model.Items.Values, gram, x);
        }

        var expected = NaiveTaste.Solve(factors, seen, Options);
        for (var k = 0; k < x.Length; k++) Assert.Equal(expected[k], x[k], 1e-4);
    }

    [Fact]
    public void Folding_in_gives_the_vector_that_a_fit_finds_for_the_user()
    {
        // 300 interactions: more rows than are gathered at once.
        var random = new Random(8);
        var sequences = NaiveRules.Sample(3, 200, 150, 40).Sequences;
        var options = new TasteOptions { Dimensions = 48, Epochs = 2, Regularisation = 0.01f };
        var model = TasteFit.Fit(sequences, 150, options);
        int[] history = [.. Enumerable.Range(0, 300).Select(_ => random.Next(150))];
        float[] confidences = [.. history.Select(_ => 0.5f + (4 * random.NextSingle()))];
        var (user, expected) = (new float[48], NaiveTaste.Solve(Doubles(model), [.. history.Zip(confidences)], options));
        model.FoldIn(history, confidences, user);
        for (var k = 0; k < user.Length; k++) Assert.Equal(expected[k], user[k], 1e-4);

        var scores = new float[150];
        model.Score(history, confidences, scores);
        for (var i = 0; i < scores.Length; i++) Assert.Equal(Enumerable.Range(0, 48).Sum(k => expected[k] * model.Items.Row(i)[k]), scores[i], 1e-4);
        model.FoldIn([], [], user);
        Assert.All(user, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_fit_goes_on_from_the_vectors_of_another()
    {
        var (sequences, confidences) = Sample(25);
        var half = TasteFit.Fit(sequences, ItemCount, Options with { Epochs = 2 }, confidences);
        var on = TasteFit.Fit(sequences, ItemCount, Options with { Epochs = 3, Seed = 77 }, confidences, half.Items.Values.ToArray());
        Assert.Equal(TasteFit.Fit(sequences, ItemCount, Options with { Epochs = 5 }, confidences).Items.Values, on.Items.Values);
    }

    [Fact]
    public void Nothing_and_single_interactions_are_taken()
    {
        var scores = new float[3];
        foreach (var sequences in new int[][][] { [], [[]], [[1]], [[], [2], [1]] })
        {
            TasteFit.Fit(sequences, 3, new() { Dimensions = 4 }).Score([1], [], scores);
            Assert.All(scores, score => Assert.True(float.IsFinite(score)));
        }
    }

    [Fact]
    public void Cosines_are_of_the_vectors()
    {
        var model = new TasteModel(new ItemVectors([3, 4, 0, 2, 0, 0], 2), new() { Dimensions = 2 });
        Assert.Equal(0.8f, model.CosineSimilarity(0, 1), 1e-6f);
        Assert.Equal(0, model.CosineSimilarity(0, 2));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(float.NaN, 1)]
    [InlineData(0.1f, 0)]
    public void Settings_that_have_no_solution_are_refused(float regularisation, int epochs) =>
        Assert.Throws<ArgumentException>(() => TasteFit.Fit([[0]], 1, new() { Dimensions = 2, Regularisation = regularisation, Epochs = epochs }));

    [Fact]
    public void Every_width_of_lanes_gives_the_same_bits_of_a_gram_matrix()
    {
        var random = new Random(6);
        const int size = 48, count = 77;
        var rows = new float[count * size];
        foreach (ref var value in rows.AsSpan()) value = random.NextSingle() - 0.5f;
        var (wide, middle, narrow) = (new float[size * size], new float[size * size], new float[size * size]);
        GramKernel.AddLower<Lanes512>(rows, count, size, wide);
        GramKernel.AddLower<Pair<Lanes256>>(rows, count, size, middle);
        GramKernel.AddLower<Pair<Pair<Lanes128>>>(rows, count, size, narrow);
        Assert.Equal(wide, middle);
        Assert.Equal(wide, narrow);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++) Assert.Equal(Enumerable.Range(0, count).Sum(k => (double)rows[(k * size) + i] * rows[(k * size) + j]), wide[(i * size) + j], 1e-4);
        }
    }

    private static (int[][] Sequences, float[][] Confidences) Sample(int users)
    {
        var sequences = NaiveRules.Sample(2, users, ItemCount, 9).Sequences;
        var random = new Random(4);
        return (sequences, [.. sequences.Select(sequence => sequence.Select(_ => 0.5f + random.NextSingle()).ToArray())]);
    }

    private static double[,] Doubles(TasteModel model)
    {
        var values = new double[model.ItemCount, model.Dimensions];
        for (var i = 0; i < model.ItemCount; i++)
        {
            for (var k = 0; k < model.Dimensions; k++) values[i, k] = model.Items.Row(i)[k];
        }

        return values;
    }

    /// <summary>Of scores: vectors may be turned against each other and say the same.</summary>
    private static double Difference(TasteModel one, TasteModel other, int[][] histories)
    {
        var (a, b, worst) = (new float[ItemCount], new float[ItemCount], 0.0);
        foreach (var history in histories)
        {
            one.Score(history, [], a);
            other.Score(history, [], b);
            worst = Math.Max(worst, a.Zip(b, (x, y) => Math.Abs(x - (double)y)).Max());
        }

        return worst;
    }
}
