using Recsys.Inference.Rules;

namespace Recsys.Tests.Inference.Rules;

public sealed class RulesBlendTests
{
    private static readonly ItemRules Rules = new([0, 1, 1, 1], [2], [1], new(1, 5, 0, 1));

    [Fact]
    public void The_weight_with_the_clearly_best_ndcg_is_chosen_and_of_equal_ones_the_smallest()
    {
        // The rules say 2 after 0; the model says 1, by a lead of 3.
        var choice = RulesBlend.Choose(Rules, [new([0], null, 2), new([0], null, 2)], (_, logits) => new[] { 0f, 3, 0 }.CopyTo(logits), [1, 4, 8], excludeSeen: true);
        Assert.Equal(4, choice.Weight);
        Assert.Equal([0, 1, 4, 8], choice.Points.Select(point => point.Weight));
        Assert.Equal([1 / Math.Log2(3), 1 / Math.Log2(3), 1, 1], choice.Points.Select(point => point.Ndcg));
        Assert.All(choice.Points, point => Assert.Equal(1, point.HitRate));
    }

    [Fact]
    public void Rules_that_do_harm_or_nothing_get_no_weight()
    {
        Assert.Equal(0, RulesBlend.Choose(Rules, [new([0], null, 1)], (_, logits) => new[] { 0f, 3, 0 }.CopyTo(logits), [], excludeSeen: true).Weight);
        Assert.Equal(0, RulesBlend.Choose(Rules, [new([1], null, 1)], (_, logits) => logits.Clear(), [], excludeSeen: false).Weight);
        Assert.Equal(0, RulesBlend.Choose(Rules, [], (_, logits) => logits.Clear(), [2], excludeSeen: false).Weight);
    }

    [Fact]
    public void A_lead_that_may_be_luck_gets_less_weight()
    {
        // At weight 1 the rules lift the targets of a third of the cases, at weight 4 those of two cases more, and put one down.
        var cases = Enumerable.Range(0, 30).Select(c => new BlendCase([0], null, c == 12 ? 1 : 2)).ToArray();
        var choice = RulesBlend.Choose(Rules, cases, (c, logits) => new[] { 0f, c < 10 ? 0.5f : c < 13 ? 3 : 100, 0 }.CopyTo(logits), [1, 4], excludeSeen: true);
        Assert.True(choice.Points[2].Ndcg > choice.Points[1].Ndcg);
        Assert.Equal(1, choice.Weight);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RulesBlend.Choose(Rules, [], (_, _) => { }, [float.NaN], excludeSeen: false));
}
