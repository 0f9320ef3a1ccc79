using CsCheck;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

public sealed class TopCandidatesTests
{
    [Fact]
    public void The_best_are_kept_in_order_and_ties_go_to_the_lower_number() => Gen.Select(Gen.Int[0, 20], Gen.Int[-5, 5].Array[0, 60], Gen.Int[0, 1_000]).Sample((wanted, drawn, seed) =>
    {
        var candidates = drawn.Select((score, i) => (Item: (uint)(i + 1), Score: score / 2f)).ToArray();
        new Random(seed).Shuffle(candidates);
        var items = new uint[wanted];
        var scores = new float[wanted];
        var top = new TopCandidates(items, scores);
        foreach (var (item, score) in candidates)
        {
            if (top.Wants(item, score)) top.Keep(item, score);
        }

        var count = top.Finish();
        var expected = candidates.OrderByDescending(c => c.Score).ThenBy(c => c.Item).Take(wanted).ToList();
        Assert.Equal(expected, items.Take(count).Zip(scores));
    });
}
