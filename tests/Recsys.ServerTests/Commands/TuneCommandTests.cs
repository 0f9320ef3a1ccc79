using System.Text.Json;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>Tuning on a store, and what its settings are good for.</summary>
[Trait("Category", "Slow")]
public sealed class TuneCommandTests(TrainedStore store) : IClassFixture<TrainedStore>
{
    private const string Space = """{"learning_rate": [0.001, 0.002, 0.004], "network.hidden_size": [8, 16], "network.embedding_size": [8, 16]}""";

    private static readonly string[] Plan = ["tune", "--space", "space.json", "--trials", "4", "--epochs", "9", "--threads", "1", "--nice", "0"];

    [Fact]
    public async Task Tuning_when_interrupted_goes_on_and_its_settings_are_taken_by_evaluate_train_and_the_server()
    {
        await File.WriteAllTextAsync(store.File("space.json"), Space);
        string[] words = [.. Plan, "--state", "tuning", "--write-settings", "tuned.json", "--json"];
        var interrupted = await CommandRun.RunAsync(store.Folder, [.. words, "--db", "films.db"], async process =>
        {
            await Eventually.HoldsAsync(
                () => Directory.Exists(store.File("tuning/trainings")) && Directory.GetFiles(store.File("tuning/trainings"), "*.json").Length > 0, "a training is finished");
            await CommandRun.InterruptAsync(process);
        });
        Assert.True(interrupted.ExitCode == 130, $"{interrupted.ExitCode} {interrupted.Output} {interrupted.Error}");
        Assert.Contains("the same command goes on from", interrupted.Error, StringComparison.Ordinal);

        var lines = (await store.RunAsync(words)).Succeeds().Json;
        Assert.All(lines.SkipLast(1), line => Assert.InRange(line.GetProperty("progress").GetProperty("fraction").GetDouble(), 0, 1));
        Assert.Contains(lines, line => line.TryGetProperty("progress", out var progress) && progress.GetProperty("message").GetString()!.Contains("; going on after ", StringComparison.Ordinal));
        var report = lines[^1].GetProperty("report");
        Assert.Equal((40, 1_000), (report.GetProperty("data").GetProperty("users").GetInt32(), report.GetProperty("data").GetProperty("interactions").GetInt32()));
        Assert.Equal(4, report.GetProperty("trials").GetArrayLength());
        var settings = JsonDocument.Parse(await File.ReadAllTextAsync(store.File("tuned.json"))).RootElement;
        Assert.Equal(9, settings.GetProperty("epochs").GetInt32());

        var table = (await store.RunAsync([.. Plan, "--state", "tuning"])).Succeeds().Output;
        Assert.Matches(@"rank +trial +3 epochs +9 epochs +minutes +differs from the preset", table);
        Assert.Contains("better than the preset", table, StringComparison.Ordinal);

        await File.WriteAllTextAsync(store.File("small.json"), """{"epochs": 1, "network": {"hidden_size": 8}}""");
        var trained = (await store.RunAsync("train", "--settings", "small.json", "--skip-activation", "--json")).Succeeds().Json[^1].GetProperty("model");
        Assert.Equal(8, Hidden(trained));
        trained = (await store.RunAsync("train", "--settings", "tuned.json", "--skip-activation", "--json")).Succeeds().Json[^1].GetProperty("model");
        Assert.Equal(settings.GetProperty("network").GetProperty("hidden_size").GetInt32(), Hidden(trained));
        var configured = await CommandRun.RunAsync(
            store.Folder, ["train", "--skip-activation", "--json", "--db", "films.db"], _ => Task.CompletedTask, ("RECSYS_TRAINER_SETTINGS", "small.json"));
        Assert.Equal(8, Hidden(configured.Succeeds().Json[^1].GetProperty("model")));
        var rows = (await store.RunAsync("evaluate", "--settings", "tuned=tuned.json", "--epochs", "1", "--json")).Succeeds().Json[^1].GetProperty("report").GetProperty("rows");
        Assert.Contains(rows.EnumerateArray(), row => row.GetProperty("name").GetString()!.Contains("tuned", StringComparison.Ordinal));

        static int Hidden(JsonElement model) => JsonDocument.Parse(model.GetProperty("settings_json").GetString()!).RootElement.GetProperty("hidden_size").GetInt32();
    }

    [Fact]
    public async Task Tuning_when_its_words_do_not_fit_is_refused_by_what_is_wrong()
    {
        await File.WriteAllTextAsync(store.File("odd.json"), """{"learning_rat": [1]}""");
        (await store.RunAsync("tune", "--server", "127.0.0.1:9")).IsRefused("tune opens the store itself");
        (await store.RunAsync("tune", "--space", "nowhere.json")).IsRefused("--space: there is no file nowhere.json");
        (await store.RunAsync("tune", "--state", "odd", "--space", "odd.json", "--json")).Refuses("learning_rat is no setting that can be tuned");
        (await store.RunAsync("tune", "--state", "odd", "--budget", "soon", "--json")).Refuses("--budget is soon, expected a time");
        (await store.RunAsync("tune", "--state", "odd", "-n", "other")).IsRefused("has the state of a tuning of namespace default of ");
        (await store.RunAsync("tune", "--state", "none", "-n", "other", "--json")).Refuses("Namespace 'other' has 0 interactions");
        var bad = await CommandRun.RunAsync(
            store.Folder, ["train", "--json", "--db", "films.db"], _ => Task.CompletedTask, ("RECSYS_TRAINER_SETTINGS", "nowhere.json"));
        bad.Refuses("The trainer's settings are not at nowhere.json");
        await File.WriteAllTextAsync(store.File("array.json"), "[1]");
        (await store.RunAsync("train", "--settings", "array.json", "--json")).Refuses("settings_json: must be a JSON object");
        (await store.RunAsync("train", "--settings", "nowhere.json")).IsRefused("nowhere.json");
    }
}
