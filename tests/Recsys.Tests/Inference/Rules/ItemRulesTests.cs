using CsCheck;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Rules;

namespace Recsys.Tests.Inference.Rules;

public sealed class ItemRulesTests : IDisposable
{
    private static readonly ItemRules Small = new([0, 2, 3, 3], [1, 2, 0], [0.5f, 0.25f, 1], new(0.5f, 3, 1000, 0.2f));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_score_is_the_sum_of_decayed_rows()
    {
        float[] scores = [10, 10, 10];
        Small.Score([1, 0], [], scores, weight: 2);
        Assert.Equal([10 + 1, 10 + 1, 10.5f], scores);
        scores.AsSpan().Clear();
        Small.Score([1, 0], [2000, 1000], scores);
        var (old, young) = (0.2f + (0.8f * MathF.Exp(-2)), 0.2f + (0.8f * MathF.Exp(-1)));
        Assert.Equal(0.5f * old, scores[0], 1e-6f);
        Assert.Equal(0.5f * young, scores[1], 1e-6f);
    }

    [Fact]
    public void Only_the_window_counts_and_unknown_items_keep_their_place()
    {
        var (scores, same) = (new float[3], new float[3]);
        Small.Score([1, 1, 0, 99, -1], [], scores);
        Small.Score([0, 7, 7], [], same);
        Assert.Equal(same, scores);
        Assert.Equal(0.25f * 0.5f, scores[1]);
    }

    [Fact]
    public void The_sparse_form_gives_the_same_scores_of_what_is_reached() => Gen.Int[0, 100_000].Sample(seed =>
    {
        var random = new Random(seed);
        var (sequences, times) = NaiveRules.Sample(seed, 30, 100, 10);
        var rules = ItemRulesFit.Fit(sequences, times, 100, new() { MaxDenseBytes = 0, TimeScaleMs = 1000, Targets = 5, SelfWeight = 1 });
        var scratch = new RulesScratch(100);
        for (var round = 0; round < 3; round++)
        {
            int[] history = [.. Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(-1, 102))];
            long[] ages = [.. history.Select(_ => (long)random.Next(-5, 5000))];
            var dense = new float[100];
            rules.Score(history, ages, dense);
            var sparse = rules.Score(history, ages, scratch);
            var last = -1;
            var reached = new float[100];
            foreach (var (item, score) in sparse)
            {
                Assert.True(item > last);
                last = item;
                reached[item] = score;
            }

            Assert.Equal(dense, reached);
        }
    }, iter: 50);

    [Fact]
    public void Neither_form_allocates()
    {
        var (scores, scratch, history, ages) = (new float[3], new RulesScratch(3), new[] { 0, 1 }, new long[] { 5, 1 });
        Assert.Equal(0, AllocationBudget.BytesPerOperation(() => Small.Score(history, ages, scores)));
        Assert.Equal(0, AllocationBudget.BytesPerOperation(() => Small.Score(history, ages, scratch)));
    }

    [Fact]
    public void Rules_come_back_from_an_artefact_bit_by_bit()
    {
        foreach (var rules in new[] { Small, new ItemRules([0, 0], [], [], new(1, 1, 0, 1)) })
        {
            var read = ItemRulesTensors.Rules.Read(Write([.. ItemRulesTensors.Rules.Of(rules)]), rules.ItemCount);
            Assert.Equal(rules.Offsets.ToArray(), read.Offsets.ToArray());
            Assert.Equal(rules.Targets.ToArray(), read.Targets.ToArray());
            Assert.Equal(rules.Weights.ToArray(), read.Weights.ToArray());
            Assert.Equal(rules.Decay, read.Decay);
        }
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3 }, new[] { 1, 2, 0 }, 0.5f, "rules.offsets begins with 1, expected 0")]
    [InlineData(new[] { 0, 3, 2 }, new[] { 1, 0, 0 }, 0.5f, "rules.offsets falls from 3 to 2 at 2")]
    [InlineData(new[] { 0, 1, 2 }, new[] { 1, 0, 0 }, 0.5f, "rules.offsets ends with 2, expected the number of targets, 3")]
    [InlineData(new[] { 0, 1, 3 }, new[] { 1, 2, 0 }, 0.5f, "rules.targets holds 2 at 1, expected a dense id below 2")]
    [InlineData(new[] { 0, 1, 3 }, new[] { 1, -1, 0 }, 0.5f, "rules.targets holds -1 at 1")]
    [InlineData(new[] { 0, 1, 3 }, new[] { 1, 1, 0 }, float.NaN, "'rules.weights' [3] holds NaN at 1")]
    public void Broken_rules_are_refused_with_the_reason(int[] offsets, int[] targets, float weight, string message)
    {
        var file = Write(
        [
            NamedTensor.OfIntegers(ItemRulesTensors.Rules.Offsets, [3], offsets),
            NamedTensor.OfIntegers(ItemRulesTensors.Rules.Targets, [3], targets),
            new(ItemRulesTensors.Rules.Weights, [3], new[] { 1, weight, 1 }),
            new(ItemRulesTensors.Rules.Decay, [4], new[] { 0.5f, 3, 0, 1 }),
        ]);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ItemRulesTensors.Rules.Read(file, 2)).Message);
    }

    [Theory]
    [InlineData(1.5f, 3, 0, 1, "the weight by place is 1.5")]
    [InlineData(0.5f, 0, 0, 1, "a window of 0")]
    [InlineData(0.5f, 3, -1, 1, "the time scale is -1 ms")]
    [InlineData(0.5f, 3, 0, 2, "the time's floor is 2")]
    public void A_broken_decay_is_refused_with_the_reason(float place, float window, float scale, float floor, string message)
    {
        NamedTensor[] tensors = [.. ItemRulesTensors.Rules.Of(Small).SkipLast(1), new(ItemRulesTensors.Rules.Decay, [4], new[] { place, window, scale, floor })];
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ItemRulesTensors.Rules.Read(Write(tensors), 3)).Message);
    }

    [Fact]
    public void A_missing_tensor_or_another_number_of_items_is_refused()
    {
        var file = Write([.. ItemRulesTensors.Rules.Of(Small)]);
        Assert.True(ItemRulesTensors.Rules.AreIn(file));
        Assert.Contains("'rules.offsets' has shape [4], expected", Assert.Throws<InvalidDataException>(() => ItemRulesTensors.Rules.Read(file, 4)).Message);
        Assert.False(ItemRulesTensors.Rules.AreIn(Write([.. ItemRulesTensors.Rules.Of(Small).Skip(1)])));
        Assert.Contains("is missing", Assert.Throws<InvalidDataException>(() => ItemRulesTensors.Rules.Read(Write([.. ItemRulesTensors.Rules.Of(Small).Skip(1)]), 3)).Message);
    }

    private SafetensorsFile Write(IReadOnlyList<NamedTensor> tensors)
    {
        var path = _folder.Child($"{Guid.NewGuid():N}");
        using (var stream = File.Create(path)) SafetensorsWriter.Write(stream, tensors);
        return SafetensorsFile.Open(path);
    }
}
