using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.TrainingTests.Networks;

namespace Recsys.TrainingTests.Examples;

public sealed class ExampleSplitTests
{
    private static readonly NetworkSpec Spec = SampleExamples.Spec(NetworkKind.Dense);

    [Fact]
    public void Split_when_no_part_is_named_is_80_10_10_of_each_class_and_the_seeds()
    {
        var examples = SampleExamples.Of(NetworkKind.Dense, 1000);

        var split = ExampleSplit.Split(examples, Spec);

        Assert.Equal(examples.Select(example => example.Origin), split.Select(example => example.Origin));
        foreach (var group in split.GroupBy(example => example.Labels[0]))
        {
            Assert.InRange(group.Count(example => example.Part == ExamplePart.Test), (group.Count() / 10) - 1, (group.Count() / 10) + 1);
            Assert.InRange(group.Count(example => example.Part == ExamplePart.Validation), (group.Count() / 10) - 1, (group.Count() / 10) + 1);
        }
        Assert.Equal(Parts(split), Parts(ExampleSplit.Split(examples, Spec)));
        Assert.NotEqual(Parts(split), Parts(ExampleSplit.Split(examples, Spec with { Network = Spec.Network with { Seed = 2 } })));
        // The order of the file doesn't matter.
        var reversed = ExampleSplit.Split([.. Enumerable.Reverse(examples)], Spec);
        Assert.Equal(Parts(split), Parts([.. reversed.Reverse()]));
    }

    [Fact]
    public void Copies_of_an_example_when_split_are_all_in_one_part()
    {
        var examples = SampleExamples.Of(NetworkKind.Dense, 40).SelectMany(example => Enumerable.Range(0, 9).Select(i => example with { Origin = $"{example.Origin}.{i}" })).ToList();

        var split = ExampleSplit.Split(examples, Spec);

        Assert.All(split.GroupBy(example => example.Origin.Split('.')[0]), copies => Assert.Single(copies.Select(copy => copy.Part).Distinct()));
        Assert.Equal(3, split.Select(example => example.Part).Distinct().Count());
    }

    [Fact]
    public void Parts_when_named_are_kept_and_a_missing_one_is_taken_from_the_training_part()
    {
        List<LabelledExample> examples = [.. SampleExamples.Of(NetworkKind.Dense, 500).Select((example, i) => example with { Part = i < 400 ? ExamplePart.Train : ExamplePart.Test })];

        var split = ExampleSplit.Split(examples, Spec);

        Assert.All(split.Skip(400), example => Assert.Equal(ExamplePart.Test, example.Part));
        Assert.InRange(split.Take(400).Count(example => example.Part == ExamplePart.Validation), 38, 42);
    }

    private static ExamplePart?[] Parts(IReadOnlyList<LabelledExample> examples) => [.. examples.Select(example => example.Part)];
}
