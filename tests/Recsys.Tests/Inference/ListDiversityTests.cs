using Recsys.Inference.Evaluation;

namespace Recsys.Tests.Inference;

public sealed class ListDiversityTests
{
    [Fact]
    public void Novelty_and_gini_are_those_worked_out_by_hand()
    {
        // Shares of the training interactions 1/2, 1/4, 1/8, 1/8: 1, 2, 3 and 3 bits. Shown: item 0 twice, items 1 and 2 once.
        var cases = new RankedCases(2);
        cases.Set(0, 1, [0, 1, 3]);
        cases.Set(1, int.MaxValue, [0, 2, 3]);
        var two = ListDiversity.Of(cases, 2, [4, 2, 1, 1]);
        Assert.Equal((1 + 2 + 1 + 3) / 4.0, two.Novelty, 1e-12);

        // Sorted 0, 1, 1, 2: (-3 * 0 - 1 * 1 + 1 * 1 + 3 * 2) / (3 * 4).
        Assert.Equal(0.5, two.Gini, 1e-12);
    }

    [Fact]
    public void Gini_goes_from_equal_to_all_on_one()
    {
        var (equal, one) = (new RankedCases(4), new RankedCases(4));
        for (var at = 0; at < 4; at++)
        {
            equal.Set(at, 1, [at]);
            one.Set(at, 1, [2]);
        }

        Assert.Equal(0, ListDiversity.Of(equal, 10, [1, 1, 1, 1]).Gini, 1e-12);
        Assert.Equal(1, ListDiversity.Of(one, 10, [1, 1, 1, 1]).Gini, 1e-12);
    }

    [Fact]
    public void An_item_without_interactions_counts_as_if_it_had_one()
    {
        var cases = new RankedCases(1);
        cases.Set(0, 1, [1]);
        Assert.Equal(3, ListDiversity.Of(cases, 10, [7, 0]).Novelty, 1e-12);
    }

    [Fact]
    public void Nothing_shown_is_nothing() => Assert.Equal(default, ListDiversity.Of(new(3), 10, [1, 1]));

    [Fact]
    public void Cases_keep_twenty_of_a_list_and_miss_until_they_are_set()
    {
        var cases = new RankedCases(2);
        cases.Set(1, 3, [.. Enumerable.Range(0, 30)]);
        Assert.Equal([int.MaxValue, 3], cases.Ranks.ToArray());
        Assert.Empty(cases.Shown(0).ToArray());
        Assert.Equal(Enumerable.Range(0, 20), cases.Shown(1).ToArray());
        var scores = cases.Scores(itemCount: 40);
        Assert.Equal((0.25, 0.5), (scores[0].Ndcg, scores[0].Recall));
        Assert.Equal([0.125, 0.25, 0.5], scores.Select(score => score.Coverage));
    }
}
