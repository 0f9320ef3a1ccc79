using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Training.Networks;
using Recsys.Training.Progress;

namespace Recsys.TrainingTests.Networks;

public sealed class NetworkTrainingTests
{
    [Theory]
    [InlineData(NetworkKind.Dense)]
    [InlineData(NetworkKind.Convolutional)]
    [InlineData(NetworkKind.Recurrent)]
    [InlineData(NetworkKind.Text)]
    public void Network_when_there_is_something_to_learn_learns_it_and_when_there_is_not_does_not(NetworkKind kind)
    {
        using var folder = new TemporaryFolder();
        var examples = SampleExamples.Of(kind, 600);

        var learned = NetworkRun.Of(SampleExamples.Spec(kind), examples, folder.Child("learned"));
        var shuffled = NetworkRun.Of(SampleExamples.Spec(kind), SampleExamples.Shuffled(examples, seed: 5), folder.Child("shuffled"));

        Assert.Equal(600, learned.Data.Train + learned.Data.Validation + learned.Data.Test);
        Assert.InRange(learned.Reports[0].Classes!.Accuracy, 0.9, 1);
        // Of 60 test examples a fair coin gets more than 0.72 right once in two thousand times.
        Assert.InRange(shuffled.Reports[0].Classes!.Accuracy, 0, 0.72);
    }

    [Fact]
    public void Network_when_words_alone_tell_nothing_is_better_than_a_linear_model_of_them()
    {
        using var folder = new TemporaryFolder();
        var spec = SampleExamples.Spec(NetworkKind.Recurrent);

        var manifest = NetworkRun.Of(spec, SampleExamples.Of(NetworkKind.Recurrent, 600), folder.Child("model"), baselines: true);

        Assert.Equal(["network", "majority", "linear"], manifest.Reports.Select(report => report.Model));
        Assert.InRange(manifest.Reports[0].Classes!.Accuracy, 0.9, 1);
        Assert.InRange(manifest.Reports[2].Classes!.Accuracy, 0, 0.85);
        Assert.Empty(manifest.Warnings);
    }

    [Fact]
    public void Number_when_it_depends_on_what_is_read_is_told_in_its_unit()
    {
        using var folder = new TemporaryFolder();
        var spec = SampleExamples.Spec(NetworkKind.Dense);
        spec = spec with { Network = spec.Network with { Task = NetworkTask.Number } };
        List<LabelledExample> examples = [.. SampleExamples.Of(NetworkKind.Dense, 600).Select(example => example with { Labels = [], Target = 100 + (10 * example.Target) })];

        var manifest = NetworkRun.Of(spec, examples, folder.Child("model"), baselines: true);

        Assert.InRange(manifest.Reports[0].Number!.R2!.Value, 0.97, 1);
        Assert.InRange(manifest.Reports[1].Number!.R2!.Value, -0.2, 0.05);
        Assert.InRange(manifest.Reports[2].Number!.R2!.Value, 0.999, 1);
        var told = NetworkModel.Open(folder.Child("model")).Predict([new Example(examples[0].Values)])[0].Number;
        Assert.InRange(told, examples[0].Target - 5, examples[0].Target + 5);
    }

    [Fact]
    public void Labels_when_several_are_true_are_told_each_by_its_words()
    {
        using var folder = new TemporaryFolder();
        var spec = SampleExamples.Spec(NetworkKind.Text);
        spec = spec with { Network = spec.Network with { Task = NetworkTask.Labels } };
        List<LabelledExample> examples = [.. SampleExamples.Of(NetworkKind.Text, 600).Select(example => example with { Labels = LabelsOf(example) })];

        var manifest = NetworkRun.Of(spec, examples, folder.Child("model"), baselines: true);

        Assert.InRange(manifest.Reports[0].Labels!.MicroF1, 0.95, 1);
        Assert.InRange(manifest.Reports[2].Labels!.MicroF1, 0.95, 1);
        Assert.InRange(manifest.Reports[1].Labels!.MicroF1, 0, 0.8);
        Assert.Equal(3, manifest.Thresholds.Count);

        static string[] LabelsOf(LabelledExample example) =>
            [.. ((ExampleValue.Text)example.Values["text"]).Value.Split(' ').Where(word => word is "sword" or "horse" or "bread").Distinct()];
    }

    [Theory]
    [InlineData(NetworkKind.Dense)]
    [InlineData(NetworkKind.Convolutional)]
    [InlineData(NetworkKind.Recurrent)]
    [InlineData(NetworkKind.Text)]
    public void Weights_when_seed_and_data_are_the_same_are_the_same_bytes(NetworkKind kind)
    {
        using var folder = new TemporaryFolder();
        var spec = SampleExamples.Spec(kind);
        spec = spec with { Network = spec.Network with { Epochs = 2, Dropout = 0.3f, Bidirectional = true } };
        var examples = SampleExamples.Of(kind, 120);

        NetworkRun.Of(spec, examples, folder.Child("one"));
        NetworkRun.Of(spec, examples, folder.Child("same"));
        NetworkRun.Of(spec with { Network = spec.Network with { Seed = 2 } }, examples, folder.Child("other"));

        Assert.Equal(Weights("one"), Weights("same"));
        Assert.NotEqual(Weights("one"), Weights("other"));

        byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(folder.Child(name), NetworkArtefact.WeightsFile));
    }

    [Fact]
    public void Training_when_it_gets_no_better_ends_and_keeps_the_best_pass()
    {
        var spec = SampleExamples.Spec(NetworkKind.Dense);
        spec = spec with { Network = spec.Network with { Hidden = [64, 64], Epochs = 60, Patience = 3 } };
        // Half of the classes are wrong: what is learned by heart soon makes the validation part worse.
        var examples = SampleExamples.Of(NetworkKind.Dense, 400);
        examples = [.. examples.Take(200), .. SampleExamples.Shuffled(examples[200..], seed: 3)];
        var data = NetworkData.Of(examples, spec);
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(data.Train));
        var validation = EncodedExamples.Of(data.Validation, spec, fitted, data.Target, 1, CancellationToken.None);

        var trained = new NetworkTrainer(spec, fitted.Sizes(spec, 2), data.Target).Train(
            EncodedExamples.Of(data.Train, spec, fitted, data.Target, 1, CancellationToken.None), validation,
            new NetworkProgress(new Progress<TrainingProgress>(), TimeProvider.System, 60), CancellationToken.None);

        var losses = trained.ValidationLosses;
        Assert.Equal(losses.Min(), losses[trained.Epoch]);
        Assert.InRange(trained.Epoch, 1, 56);
        Assert.Equal(trained.Epoch + spec.Network.Patience + 1, losses.Count);
        // The logits are those of the kept weights: their loss is the best one.
        var loss = trained.ValidationLogits.Select((logits, i) => Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[validation.Classes[i]]).Average();
        Assert.Equal(losses.Min(), loss, 1e-5);
    }

    [Fact]
    public void Data_when_too_little_or_of_one_class_is_refused()
    {
        var spec = SampleExamples.Spec(NetworkKind.Dense);
        var examples = SampleExamples.Of(NetworkKind.Dense, 60);

        Assert.Contains("29 examples, needed are 30", Assert.Throws<Training.TrainingException>(() => NetworkData.Of([.. examples.Take(29)], spec)).Message, StringComparison.Ordinal);
        var alike = Assert.Throws<InvalidDataException>(() => NetworkData.Of([.. examples.Select(example => example with { Labels = ["same"] })], spec));
        Assert.Contains("class: 1 of 1 labels", alike.Message, StringComparison.Ordinal);
        var held = Assert.Throws<Training.TrainingException>(() => NetworkData.Of([.. examples.Select((example, i) => example with { Part = i < 57 ? ExamplePart.Train : ExamplePart.Test })], spec));
        Assert.Contains("the test part has 3 examples, needed are 5", held.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_when_they_are_not_in_the_training_part_are_left_out_and_counted()
    {
        var spec = SampleExamples.Spec(NetworkKind.Dense);
        List<LabelledExample> examples =
        [
            .. SampleExamples.Of(NetworkKind.Dense, 100).Select((example, i) => example with { Part = (ExamplePart)(i % 3) }),
            .. SampleExamples.Of(NetworkKind.Dense, 4).Select(example => example with { Part = ExamplePart.Test, Labels = ["new"] }),
            SampleExamples.Of(NetworkKind.Dense, 1)[0] with { Part = ExamplePart.Train, Labels = ["rare"] },
        ];

        var data = NetworkData.Of(examples, spec);

        Assert.Equal(["other", "same"], data.Target.Labels);
        Assert.Equal((34, 33, 33, 5), (data.Train.Count, data.Validation.Count, data.Test.Count, data.LeftOut));
        Assert.Contains(data.Warnings, warning => warning.StartsWith("4 examples of the test part", StringComparison.Ordinal) && warning.Contains("'new'", StringComparison.Ordinal));
        Assert.Contains(data.Warnings, warning => warning.StartsWith("1 example of the train part", StringComparison.Ordinal));
    }
}
