using System.Text.Json;
using Recsys.Content.Networks;
using Recsys.Training;
using Recsys.Training.Commands;

namespace Recsys.TrainingTests.Commands;

public sealed class NetworkCommandTests
{
    private const string Spec = """{"columns": [{"name": "x"}, {"name": "y"}], "target": "class", "network": {"kind": "Dense", "hidden": [8], "epochs": 3}}""";

    [Fact]
    public async Task Examples_when_trained_on_become_an_artefact_with_progress_as_json_lines()
    {
        using var folder = Sample();

        var (code, output, errors) = await RunAsync(folder, "--progress", "json", "--baselines");

        Assert.True(code == ExitCodes.Success, errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["read", "prepare", "train", "validate", "measure", "write", "done"], lines.Select(line => line.GetProperty("phase").GetString()!).Distinct());
        Assert.Equal(3, lines.Count(line => line.TryGetProperty("validation_loss", out _)));
        var manifest = NetworkModel.Open(folder.Child("model")).Artefact.Manifest;
        Assert.Equal(["network", "majority", "linear"], manifest.Reports.Select(report => report.Model));
        Assert.Equal(["data.csv", "model", "spec.json"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Reports_when_progress_is_text_are_a_table()
    {
        using var folder = Sample();

        var (code, output, _) = await RunAsync(folder, "--baselines");

        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("test      accuracy  macro F1", output, StringComparison.Ordinal);
        Assert.Contains("\nmajority  ", output, StringComparison.Ordinal);
        Assert.Contains("\nlinear    ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_when_asked_for_trains_and_writes_nothing()
    {
        using var folder = Sample();

        var (code, _, _) = await RunAsync(folder, "--check");

        Assert.Equal(ExitCodes.Success, code);
        Assert.False(Path.Exists(folder.Child("model")));
    }

    [Fact]
    public async Task Output_when_it_exists_is_not_touched()
    {
        using var folder = Sample();
        Directory.CreateDirectory(folder.Child("model"));

        var (code, _, errors) = await RunAsync(folder);

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("exists already", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Child("model")));
    }

    [Theory]
    [InlineData("x,y,class\n1,2,a\n3,NaN,b\n", Spec, "data.csv, line 3: y is 'NaN', expected a finite number")]
    [InlineData("x,y,class\n1,2,a\n", Spec, "too little to train on: 1 examples")]
    [InlineData("x,y,class\n1,2,a\n", """{"columns": []}""", "network is missing")]
    public async Task Input_when_wrong_is_named_in_one_line_and_leaves_nothing(string data, string spec, string expected)
    {
        using var folder = Sample();
        await File.WriteAllTextAsync(folder.Child("data.csv"), data);
        await File.WriteAllTextAsync(folder.Child("spec.json"), spec);

        var (code, _, errors) = await RunAsync(folder);

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Path.Exists(folder.Child("model")));
    }

    [Fact]
    public async Task Format_when_unknown_is_refused()
    {
        using var folder = Sample();

        var (code, _, errors) = await RunAsync(folder, "--format", "xml");

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("--format is xml, expected csv, jsonl, images or idx", errors, StringComparison.Ordinal);
    }

    private static TemporaryFolder Sample()
    {
        var folder = new TemporaryFolder();
        var random = new Random(1);
        var places = Enumerable.Range(0, 300).Select(_ => (X: random.NextDouble() - 0.5, Y: random.NextDouble() - 0.5));
        var lines = places.Select(at => FormattableString.Invariant($"{at.X},{at.Y},{(at.X > at.Y ? "right" : "left")}"));
        File.WriteAllText(folder.Child("data.csv"), string.Join('\n', lines.Prepend("x,y,class")));
        File.WriteAllText(folder.Child("spec.json"), Spec);
        return folder;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(TemporaryFolder folder, params string[] more)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await TrainCommandLine.RunAsync(
            ["network", "-e", folder.Child("data.csv"), "-s", folder.Child("spec.json"), "-o", folder.Child("model"), "--threads", "1", "--nice", "0", "--ignore-stdin", .. more],
            TimeProvider.System, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
