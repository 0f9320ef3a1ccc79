using CsCheck;
using Recsys.Inference.Index;
using Recsys.Inference.Kernels;

namespace Recsys.Tests.Inference;

public sealed class ExactIndexTests
{
    [Fact]
    public void The_best_are_those_of_a_full_sort_with_ties_by_id() => Shapes(1500, 40).Sample((n, e, k, seed) =>
    {
        var random = new Random(seed);
        var (items, bias, query) = (Coarse(random, n * e), Coarse(random, n), Coarse(random, e));
        var index = new ExactIndex(new(items, e), bias);
        var mask = new ulong[ItemMask.WordCount(n)];
        for (var i = 0; i < n; i++)
        {
            if (random.Next(3) > 0) ItemMask.Set(mask, i);
        }

        var scores = new float[n];
        index.ScoreAll(query, scores);
        var best = new ScoredItem[k];
        foreach (var allowed in new[] { [], mask })
        {
            var expected = Enumerable.Range(0, n)
                .Where(i => allowed.Length == 0 || ItemMask.IsSet(allowed, i))
                .OrderByDescending(i => scores[i])
                .ThenBy(i => i)
                .Take(k)
                .Select(i => new ScoredItem(i, scores[i]));
            var count = index.Top(query, allowed, best);
            Assert.Equal(expected, best[..count]);
            Assert.Equal(best[..count], best[..TopItems.Select(scores, allowed, best)]);
        }
    }, iter: 60);

    [Fact]
    public void Scores_are_the_oracles_and_the_same_bits_by_every_method() => Shapes(700, 5).Sample((n, e, queries, seed) =>
    {
        var random = new Random(seed);
        var (items, bias, query) = (Floats(random, n * e), Floats(random, n), Floats(random, queries * e));
        var index = new ExactIndex(new(items, e), bias);
        var all = new float[queries * n];
        index.ScoreAll(query, queries, all);
        var (one, chosen) = (new float[n], new float[n]);
        for (var q = 0; q < queries; q++)
        {
            index.ScoreAll(query.AsSpan(q * e, e), one);
            index.Score(query.AsSpan(q * e, e), Enumerable.Range(0, n).ToArray(), chosen);
            Assert.Equal(one, all[(q * n)..((q + 1) * n)]);
            Assert.Equal(one, chosen);
            for (var i = 0; i < n; i++) Assert.Equal(Scalar.Dot(items.AsSpan(i * e, e), query.AsSpan(q * e, e)) + bias[i], one[i], 5e-5f);
        }
    }, iter: 40);

    [Fact]
    public void Similar_items_are_by_angle_without_the_item_itself()
    {
        float[] items = [1, 0, 10, 1, 0, 3, -1, 0, 0, 0, 1, 1];
        var index = new ExactIndex(new(items, 2), []);
        var best = new ScoredItem[10];
        var count = index.Similar(0, [], best);
        Assert.Equal([1, 5, 2, 4, 3], best[..count].Select(item => item.Item));
        Assert.Equal(10 / MathF.Sqrt(101), best[0].Score, 1e-6f);
        Assert.Equal(1 / MathF.Sqrt(2), best[1].Score, 1e-6f);
        Assert.Equal(-1, best[4].Score);
        Assert.Equal(0, best[3].Score);
    }

    [Fact]
    public void Offers_in_any_order_keep_the_same_best() => Gen.Select(Gen.Int[0, 60].Array[0, 80], Gen.Int[0, 20], Gen.Int).Sample((scores, k, seed) =>
    {
        var order = Enumerable.Range(0, scores.Length).ToArray();
        new Random(seed).Shuffle(order);
        var best = new ScoredItem[k];
        var top = new TopItems(best);
        foreach (var item in order) top.Offer(item, scores[item] == 0 ? float.NaN : scores[item] / 4);
        var expected = order.Where(i => scores[i] != 0).OrderByDescending(i => scores[i] / 4).ThenBy(i => i).Take(k);
        Assert.Equal(expected, best[..top.Finish()].Select(item => item.Item));
    });

    [Fact]
    public void Masks_and_queries_of_the_wrong_size_are_refused()
    {
        var index = new ExactIndex(new(new float[130], 2), []);
        var best = new ScoredItem[1];
        Assert.Throws<ArgumentException>(() => index.Top(new float[2], new ulong[1], best));
        Assert.Throws<ArgumentException>(() => index.Similar(0, new ulong[1], best));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Top(new float[3], [], best));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.ScoreAll(new float[2], new float[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new ExactIndex(new(new float[4], 2), new float[3]); });
        Assert.Throws<ArgumentException>(() => { _ = new ItemVectors(new float[5], 2); });
    }

    private static Gen<(int Items, int Length, int Count, int Seed)> Shapes(int maxItems, int maxCount) =>
        Gen.Select(Gen.Int[1, maxItems], Gen.Int[1, 70], Gen.Int[1, maxCount], Gen.Int);

    // Small whole numbers: many exact ties.
    private static float[] Coarse(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-1, 2))];

    private static float[] Floats(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
}
