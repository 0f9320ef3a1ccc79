using System.Text.Json;
using Recsys.Inference.Artefacts;
using Recsys.Training;
using Recsys.Training.Commands;
using Recsys.Training.Windows;
using Recsys.TrainingTests.Tuning;

namespace Recsys.TrainingTests.Commands;

public sealed class TuneCommandTests : IDisposable
{
    private const string Space = """{"learning_rate": [0.002, 0.005, 0.01], "network.hidden_size": [8, 16], "network.embedding_size": [8, 16]}""";

    private readonly TemporaryFolder _folder = new();

    public TuneCommandTests() => System.IO.File.WriteAllText(_folder.Child("space.json"), Space);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tuning_when_done_prints_a_table_and_writes_settings_that_a_training_takes()
    {
        await SampleLogs.WriteAsync(_folder.Child("set"), SampleLogs.Chains(users: 40, items: 20, length: 12, seed: 1));
        var (code, output, errors) = await TuneAsync("set", "state", "--report", _folder.Child("report.json"), "--write-settings", _folder.Child("tuned.json"));
        Assert.Equal("", errors);
        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("40 held-out users; the preset and 3 trials of 1 epoch, then 1 trial of 3 epochs", output, StringComparison.Ordinal);
        Assert.Matches(@"rank +trial +1 epoch +3 epochs +minutes +differs from the preset", output);
        Assert.Matches(@"\n +\d +0 +0\.\d{4} / 0\.\d{4} +0\.\d{4} / 0\.\d{4} +\d+\.\d +the preset\n", output);
        Assert.Matches("(is|No trial is) better than the preset", output);

        var report = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(_folder.Child("report.json"))).RootElement;
        Assert.Equal(40, report.GetProperty("data").GetProperty("users").GetInt32());
        Assert.Equal(4, report.GetProperty("trials").GetArrayLength());
        var settings = await System.IO.File.ReadAllTextAsync(_folder.Child("tuned.json"));
        Assert.Equal(JsonSerializer.Serialize(report.GetProperty("settings")), JsonSerializer.Serialize(JsonDocument.Parse(settings).RootElement));
        Assert.DoesNotContain("threads", settings, StringComparison.Ordinal);

        using var said = new StringWriter();
        Assert.Equal(0, await TrainCommandLine.RunAsync(
            ["session", "-t", _folder.Child("set"), "-o", _folder.Child("model"), "--settings", _folder.Child("tuned.json"), "--nice", "0", "--ignore-stdin"], TimeProvider.System, said, said));
        var trained = SessionArtefact.Open(_folder.Child("model")).Settings;
        Assert.Equal(report.GetProperty("settings").GetProperty("learning_rate").GetDouble(), trained.Training!["learning_rate"].GetDouble());
        Assert.Equal(report.GetProperty("settings").GetProperty("network").GetProperty("hidden_size").GetInt32(), trained.HiddenSize);
    }

    [Fact]
    public async Task A_tuning_when_test_targets_are_left_out_is_the_tuning_of_data_that_never_had_them()
    {
        var whole = SampleLogs.Chains(users: 40, items: 20, length: 12, seed: 1);
        await SampleLogs.WriteAsync(_folder.Child("whole"), whole);
        await SampleLogs.WriteAsync(_folder.Child("never"), LeaveOut.Apply(whole, 1));
        Assert.Equal(0, (await TuneAsync("whole", "state-left-out", "--leave-out", "1")).Code);
        Assert.Equal(0, (await TuneAsync("never", "state-never")).Code);
        Assert.Equal(0, (await TuneAsync("whole", "state-whole")).Code);
        Assert.Equal(File("state-never", "settings.json"), File("state-left-out", "settings.json"));
        Assert.Equal(TuningRun.WithoutTimes(File("state-never", "report.json")), TuningRun.WithoutTimes(File("state-left-out", "report.json")));
        Assert.NotEqual(TuningRun.WithoutTimes(File("state-whole", "report.json")), TuningRun.WithoutTimes(File("state-left-out", "report.json")));
    }

    [Fact]
    public async Task A_tuning_when_it_is_done_already_says_the_same_again_at_once()
    {
        await SampleLogs.WriteAsync(_folder.Child("set"), SampleLogs.Chains(users: 40, items: 20, length: 12, seed: 1));
        Assert.Equal(0, (await TuneAsync("set", "state", "--progress", "json")).Code);
        var first = File("state", "report.json");
        var (code, output, _) = await TuneAsync("set", "state", "--progress", "json");
        Assert.Equal(0, code);
        Assert.Equal(TuningRun.WithoutTimes(first), TuningRun.WithoutTimes(File("state", "report.json")));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["read", "tune", "tune", "done"], lines.Select(line => line.GetProperty("phase").GetString()));
        Assert.Contains("going on after 6 trainings", lines[2].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--budget is soon, expected a time", "--budget", "soon")]
    [InlineData("--trials is 1, expected 2 to 500", "--trials", "1")]
    [InlineData("--leave-out is -1, expected 0 to 100", "--leave-out", "-1")]
    [InlineData("there is no folder", "--report", "/nowhere/report.json")]
    [InlineData("does not exist")]
    public async Task Wrong_usage_is_named_in_one_line(string expected, params string[] args)
    {
        var (code, _, errors) = await TuneAsync("none", "state", args);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(_folder.Child("state")));
    }

    private async Task<(int Code, string Output, string Errors)> TuneAsync(string set, string state, params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        string[] plan = args.Contains("--trials") || args.Contains("--budget") ? [] : ["--trials", "4", "--epochs", "3"];
        var code = await TrainCommandLine.RunAsync(
            ["tune", "-t", _folder.Child(set), "--state", _folder.Child(state), "--space", _folder.Child("space.json"), "--threads", "1", "--nice", "0", "--ignore-stdin", .. plan, .. args],
            TimeProvider.System, output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    private string File(string state, string name) => System.IO.File.ReadAllText(Path.Combine(_folder.Child(state), name));
}
