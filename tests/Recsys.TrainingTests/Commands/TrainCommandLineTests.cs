using System.Text.Json;
using Recsys.Inference.Artefacts;
using Recsys.Training;
using Recsys.Training.Commands;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Commands;

public sealed class TrainCommandLineTests
{
    [Fact]
    public async Task A_training_set_becomes_an_artefact_with_progress_as_json_lines()
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Chains(users: 29, items: 20, length: 15, seed: 1));

        var (code, output, errors) = await RunAsync(
            "--training-set", folder.Child("set"), "--output", folder.Child("model"), "--epochs", "2", "--embedding-size", "8", "--hidden-size", "12", "--blocks", "2",
            "--seed", "7", "--threads", "1", "--progress", "json");

        Assert.Equal(ExitCodes.Success, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var phases = lines.Select(line => line.GetProperty("phase").GetString()!).Distinct();
        Assert.Equal(["read", "train", "validate", "partners", "write", "done"], phases);
        var validated = lines.First(line => line.GetProperty("phase").GetString() == "validate");
        Assert.Equal(10, validated.GetProperty("validation_metrics")[1].GetProperty("k").GetInt32());
        foreach (var name in new[] { "ndcg", "recall", "mrr", "coverage" })
            Assert.InRange(validated.GetProperty("validation_metrics")[1].GetProperty(name).GetDouble(), 0, 1);
        foreach (var name in new[] { "epoch", "epoch_count", "fraction", "loss", "events_per_second", "remaining_seconds" })
            Assert.Equal(JsonValueKind.Number, validated.GetProperty(name).ValueKind);

        var artefact = SessionArtefact.Open(folder.Child("model"));
        Assert.Equal((8, 12, 2), (artefact.Settings.EmbeddingSize, artefact.Settings.HiddenSize, artefact.Settings.Blocks));
        Assert.Equal(7, artefact.Settings.Training!["seed"].GetInt32());
        Assert.Equal((29, 20, 435), (artefact.Manifest.Data.Users, artefact.Manifest.Data.Items, artefact.Manifest.Data.Interactions));
        Assert.Equal([5, 10, 20], artefact.Manifest.Metrics.Select(score => score.K));
        // Whether two epochs of so few steps teach it anything is chance; what there is to warn of is said.
        Assert.Equal(string.Join('\n', artefact.Manifest.Warnings.Select(warning => $"recsys-train: {warning}")), errors.TrimEnd());
    }

    [Fact]
    public async Task Text_progress_has_a_line_an_epoch()
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Chains(users: 30, items: 20, length: 15, seed: 1));

        var (code, output, _) = await RunAsync("-t", folder.Child("set"), "-o", folder.Child("model"), "--epochs", "2", "--threads", "1", "--embedding-size", "8");

        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("30 users, 20 items, 450 interactions", output);
        Assert.Contains("epoch 2 of 2: NDCG@10", output);
        Assert.DoesNotContain('\r', output);
    }

    [Fact]
    public async Task A_checkpoint_that_is_a_folder_is_refused_and_one_that_is_left_is_told_of()
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Chains(users: 30, items: 20, length: 15, seed: 1));
        string[] words = ["-t", folder.Child("set"), "-o", folder.Child("model"), "--epochs", "1", "--threads", "1", "--embedding-size", "8"];

        var (code, _, errors) = await RunAsync([.. words, "--checkpoint", folder.Child("set")]);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains($"{folder.Child("set")} is a folder", errors, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder.Child("model")));

        await File.WriteAllTextAsync(folder.Child("model.checkpoint"), "of an earlier training");
        (code, _, errors) = await RunAsync(words);
        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("To go on from it say --resume", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Child("model.checkpoint")));
    }

    [Fact]
    public async Task Too_little_data_is_refused()
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Cycle(users: 3, items: 4, length: 5));

        var (code, _, errors) = await RunAsync("-t", folder.Child("set"), "-o", folder.Child("model"));

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.StartsWith("recsys-train: too little to train on: 12 interactions", errors);
        Assert.Contains("needed are 100", errors);
        Assert.False(Path.Exists(folder.Child("model")));
    }

    [Fact]
    public async Task A_damaged_training_set_is_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Cycle(users: 30, items: 9, length: 5));
        await File.WriteAllTextAsync(Path.Combine(folder.Child("set"), "interactions.parquet"), "not parquet at all");

        var (code, _, errors) = await RunAsync("-t", folder.Child("set"), "-o", folder.Child("model"));

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("interactions.parquet", errors);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_unknown_kind_is_refused()
    {
        using var folder = new TemporaryFolder();
        var log = SampleLogs.Cycle(users: 30, items: 9, length: 5);
        log.Kinds[0] = (Inference.InteractionKind)9;
        await SampleLogs.WriteAsync(folder.Child("set"), log);

        var (code, _, errors) = await RunAsync("-t", folder.Child("set"), "-o", folder.Child("model"));

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("kind 9: known kinds are 1 to 7", errors);
    }

    [Fact]
    public async Task Users_without_interactions_have_no_place_in_the_log()
    {
        using var folder = new TemporaryFolder();
        await using (var writer = await Storage.Archive.TrainingSetWriter.CreateAsync(
            folder.Child("set"), "default", Storage.Archive.TrainingSetSplit.None, DateTimeOffset.UnixEpoch, CancellationToken.None))
        {
            await writer.AddUserAsync(Array.Empty<Storage.Archive.TrainingInteraction>(), CancellationToken.None);
            await writer.AddUserAsync(new Storage.Archive.TrainingInteraction[] { new(5, 1, 250, 1), new(4, 2, 255, 2) }, CancellationToken.None);
            await writer.AddItemAsync(4, "four", Storage.Archive.TrainingItemFacts.Unknown, CancellationToken.None);
            await writer.AddItemAsync(5, "five", Storage.Archive.TrainingItemFacts.Unknown, CancellationToken.None);
            await writer.AddItemAsync(6, "six", Storage.Archive.TrainingItemFacts.Unknown, CancellationToken.None);
            await writer.CompleteAsync(CancellationToken.None);
        }

        var log = await TrainingSetLog.ReadAsync(folder.Child("set"), CancellationToken.None);

        Assert.Equal([0, 2], log.UserStarts);
        Assert.Equal([4u, 5u], log.ItemNumbers);
        Assert.Equal([1, 0], log.Items);
    }

    [Fact]
    public async Task An_existing_output_is_not_touched()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Child("model"));

        var (code, _, errors) = await RunAsync("-t", folder.Child("set"), "-o", folder.Child("model"));

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("exists already", errors);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Child("model")));
    }

    [Theory]
    [InlineData("--epochs is 0, expected 1 to 200", "-t", "set", "-o", "model", "--epochs", "0")]
    [InlineData("--learning-rate is NaN, expected", "-t", "set", "-o", "model", "--learning-rate", "NaN")]
    [InlineData("--training-set", "-o", "model")]
    [InlineData("--frobnicate", "-t", "set", "-o", "model", "--frobnicate")]
    [InlineData("set does not exist", "-t", "set", "-o", "model")]
    public async Task Wrong_usage_is_named_in_one_line(string expected, params string[] args)
    {
        var (code, _, errors) = await RunAsync(args);

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains(expected, errors);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Help_has_examples()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        Assert.Equal(0, await TrainCommandLine.RunAsync(["--help"], TimeProvider.System, output, errors));
        Assert.Contains("recsys-train session --training-set set --output model", output.ToString());
        Assert.Contains("Exit codes:", output.ToString());
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        // The test's own process keeps its priority and its standard input.
        var code = await TrainCommandLine.RunAsync(["session", .. args, "--nice", "0", "--ignore-stdin"], TimeProvider.System, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
