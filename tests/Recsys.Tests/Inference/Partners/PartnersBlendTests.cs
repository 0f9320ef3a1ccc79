using Recsys.Inference.Partners;

namespace Recsys.Tests.Inference.Partners;

public sealed class PartnersBlendTests
{
    private static readonly PartnerWeights[] Rules = [default, new(1, 0, 0), new(4, 0, 0), new(8, 0, 0)];

    [Fact]
    public void The_weight_with_the_clearly_best_ndcg_is_chosen_and_of_equal_ones_the_first()
    {
        // The rules say 2 after 0; the model says 1, by a lead of 3.
        var choice = PartnersBlend.Choose([new([0], null, 2), new([0], null, 2)], 3, Say(_ => [0, 3, 0]), Rules, excludeSeen: true);
        Assert.Equal(Rules[2], choice.Weights);
        Assert.Equal(Rules, choice.Points.Select(point => point.Weights));
        Assert.Equal([1 / Math.Log2(3), 1 / Math.Log2(3), 1, 1], choice.Points.Select(point => point.Ndcg));
        Assert.All(choice.Points, point => Assert.Equal(1, point.HitRate));
    }

    [Fact]
    public void Partners_that_do_harm_or_nothing_get_no_weight()
    {
        var all = PartnersBlend.Grid(rules: true, neighbours: true);
        Assert.Equal(default, PartnersBlend.Choose([new([0], null, 1)], 3, Say(_ => [0, 3, 0]), all, excludeSeen: true).Weights);
        Assert.Equal(default, PartnersBlend.Choose([new([1], null, 1)], 3, (_, logits, _, _) => logits.Clear(), all, excludeSeen: false).Weights);
        Assert.Equal(default, PartnersBlend.Choose([], 3, Say(_ => [0, 0, 0]), all, excludeSeen: false).Weights);
    }

    [Fact]
    public void Rules_join_by_a_lead_that_is_hardly_luck_and_then_with_the_best_weight()
    {
        // At weight 1 the rules lift the targets of some of 30 cases, at weight 4 those of two cases more, and put one down.
        Assert.Equal((default, true), Chosen(lifted: 0));
        Assert.Equal((Rules[2], true), Chosen(lifted: 10));

        static (PartnerWeights, bool) Chosen(int lifted)
        {
            var cases = Enumerable.Range(0, 30).Select(c => new BlendCase([0], null, c == 12 ? 1 : 2)).ToArray();
            var choice = PartnersBlend.Choose(cases, 3, Say(c => [0, c < lifted ? 0.5f : c < 13 && c >= 10 ? 3 : 100, 0]), Rules[..3], excludeSeen: true);
            return (choice.Weights, choice.Points[2].Ndcg > choice.Points[1].Ndcg && choice.Points[2].Ndcg > choice.Points[0].Ndcg);
        }
    }

    [Fact]
    public void Neighbours_join_by_a_lead_of_more_than_two_standard_errors_only()
    {
        // Neighbours lift so many targets of 100 from the second place to the first: a lead of about the root of their number in standard errors.
        PartnerWeights Chosen(int lifted) => PartnersBlend.Choose(
            [.. Enumerable.Repeat(new BlendCase([], null, 1), 100)],
            20,
            (c, logits, _, neighbours) =>
            {
                logits.Clear();
                (logits[0], logits[1]) = (2, 1);
                neighbours[1] = c < lifted ? 10 : 0;
            },
            PartnersBlend.Grid(rules: false, neighbours: true), excludeSeen: false).Weights;
        Assert.Equal(default, Chosen(3));
        Assert.Equal(new(0, 0, 0.25f), Chosen(6));
    }

    [Theory]
    [InlineData(3, 0, false)]
    [InlineData(2, 3, false)]
    [InlineData(3, 8, true)]
    [InlineData(8, 8, false)]
    public void Neighbours_take_the_rules_place_where_they_are_better_and_no_luck(int byRules, int byNeighbours, bool taken)
    {
        // Each lifts so many targets of 100, the same first ones, from the second place to the first.
        var chosen = PartnersBlend.Choose(
            [.. Enumerable.Repeat(new BlendCase([], null, 1), 100)],
            20,
            (c, logits, rules, neighbours) =>
            {
                logits.Clear();
                (logits[0], logits[1]) = (2, 1);
                rules[1] = c < byRules ? 10 : 0;
                neighbours[1] = c < byNeighbours ? 10 : 0;
            },
            PartnersBlend.Grid(rules: true, neighbours: true), excludeSeen: false).Weights;
        Assert.Equal((!taken, taken), (chosen.Rules > 0, chosen.Neighbours > 0));
    }

    [Fact]
    public void A_score_that_is_no_number_is_the_last() => Assert.Equal(0, PartnersBlend.Choose(
        [new([], null, 1)], 37, (_, logits, _, _) => logits.Fill(float.NaN), [default], excludeSeen: false).Points[0].Ndcg);

    [Fact]
    public void A_second_partner_joins_only_where_it_helps_beside_the_first()
    {
        // Half of the targets are known to the rules alone, the other half to the neighbours alone, or to both.
        var cases = Enumerable.Range(0, 40).Select(c => new BlendCase([0], null, 2 + (c % 2))).ToArray();
        var grid = PartnersBlend.Grid(rules: true, neighbours: true);
        Assert.Equal(2, Chosen((c, rules, neighbours) => (c % 2 == 0 ? rules : neighbours)[2 + (c % 2)] = 5).Count);
        Assert.True(Chosen((c, rules, neighbours) => rules[2 + (c % 2)] = neighbours[2 + (c % 2)] = 5) is { Rules: > 0, Neighbours: 0 });
        Assert.True(Chosen((c, rules, neighbours) => neighbours[2 + (c % 2)] = 5) is { Rules: 0, Neighbours: > 0 });

        PartnerWeights Chosen(Action<int, float[], float[]> say) => PartnersBlend.Choose(
            cases,
            20,
            (c, logits, rules, neighbours) =>
            {
                var (first, second) = (new float[20], new float[20]);
                say(c, first, second);
                logits.Clear();
                logits[1] = 1;
                first.CopyTo(rules);
                second.CopyTo(neighbours);
            },
            grid, excludeSeen: true).Weights;
    }

    [Fact]
    public void Ranks_are_those_of_the_scores_that_partners_add()
    {
        var random = new Random(3);
        float[][] parts = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 37).Select(_ => (float)random.Next(4)).ToArray())];
        foreach (var weights in PartnersBlend.Grid(rules: true, neighbours: true))
        {
            for (var target = 0; target < 37; target++)
            {
                var scores = parts[0].Select((logit, i) => logit + weights.OfRules(parts[1][i]) + (weights.Neighbours * parts[2][i])).ToArray();
                var rank = scores.Count(score => score >= scores[target] - 1e-5f);
                var point = PartnersBlend.Choose([new([], null, target)], 37, Copy, [default, weights], excludeSeen: false).Points[^1];
                Assert.Equal(rank <= 10 ? 1 / Math.Log2(1 + rank) : 0, point.Ndcg, 1e-9);
            }
        }

        void Copy(int index, Span<float> logits, Span<float> rules, Span<float> neighbours)
        {
            parts[0].CopyTo(logits);
            parts[1].CopyTo(rules);
            parts[2].CopyTo(neighbours);
        }
    }

    [Fact]
    public void Weights_that_are_not_finite_or_have_no_zero_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PartnersBlend.Choose([], 3, Say(_ => []), [default, new(float.NaN, 0, 0)], excludeSeen: false));
        Assert.Throws<ArgumentException>(() => PartnersBlend.Choose([], 3, Say(_ => []), [new(1, 0, 0)], excludeSeen: false));
    }

    // The rules say 2 after 0.
    private static PartnersBlend.CaseScores Say(Func<int, float[]> model) => (c, logits, rules, _) =>
    {
        model(c).CopyTo(logits);
        rules[2] = 1;
    };
}
