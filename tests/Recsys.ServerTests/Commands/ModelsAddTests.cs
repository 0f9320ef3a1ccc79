using System.Text.Json.Nodes;
using Recsys.Server.Bench;
using Recsys.Server.Commands;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys models add`: a model that was trained elsewhere.</summary>
public sealed class ModelsAddTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Model_when_added_is_live_and_its_folder_is_left_as_it_was()
    {
        await WriteArtefactAsync();
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("artefact/manifest.json")))!;
        manifest["warnings"] = new JsonArray("It knows nothing.");
        await File.WriteAllTextAsync(_folder.File("artefact/manifest.json"), manifest.ToJsonString());
        var added = (await CommandRun.RunAsync(_folder.Path, "models", "add", "artefact", "--db", "s.db")).Succeeds();
        Assert.Equal("session-1 is live.\n", added.Output);
        var kept = (await CommandRun.RunAsync(_folder.Path, "models", "add", "artefact", "--db", "s.db", "--skip-activation")).Succeeds();
        Assert.Equal("session-2 is added.\n", kept.Output);
        var listed = (await CommandRun.RunAsync(_folder.Path, "models", "list", "--db", "s.db", "--json")).Succeeds().Json;
        Assert.Equal(["session-2", "session-1"], listed.Select(model => model.GetProperty("model_version").GetString()!));
        Assert.Equal([false, true], listed.Select(model => model.GetProperty("live").GetBoolean()));
        Assert.All(listed, model => Assert.Equal("It knows nothing.", Assert.Single(model.GetProperty("warnings").EnumerateArray()).GetString()));
    }

    [Fact]
    public async Task Model_when_shown_has_its_settings_and_figures()
    {
        await WriteArtefactAsync();
        (await CommandRun.RunAsync(_folder.Path, "models", "add", "artefact", "--db", "s.db")).Succeeds();
        var text = (await CommandRun.RunAsync(_folder.Path, "models", "get", "session-1", "--db", "s.db")).Succeeds().Output;
        Assert.StartsWith("session-1, live, made 1970-01-01", text, StringComparison.Ordinal);
        Assert.Matches(@"users with 20 items\n", text);
        Assert.Contains("\n  hidden_size: 8\n", text, StringComparison.Ordinal);
        var json = Assert.Single((await CommandRun.RunAsync(_folder.Path, "models", "get", "session-1", "--db", "s.db", "--json")).Succeeds().Json);
        Assert.Contains("\"hidden_size\"", json.GetProperty("settings_json").GetString(), StringComparison.Ordinal);
        (await CommandRun.RunAsync(_folder.Path, "models", "get", "session-9", "--db", "s.db")).IsRefused("There is no model 'session-9'");
    }

    [Fact]
    public async Task Model_when_it_cannot_be_added_is_refused_with_the_reason()
    {
        await WriteArtefactAsync();
        (await CommandRun.RunAsync(_folder.Path, "models", "add", "nothing-here", "--db", "s.db")).IsRefused("manifest.json is missing");
        (await CommandRun.RunAsync(_folder.Path, "models", "add", "artefact", "--server", "http://127.0.0.1:1")).IsRefused("models add opens the store itself");
    }

    private async Task WriteArtefactAsync()
    {
        await using var server = await ServerConnection.OpenAsync(_folder.File("s.db"), "", "", "", "default", CancellationToken.None);
        await BenchPreparation.ImportItemsAsync(server.Catalog, "default", 20, CancellationToken.None);
        var numbers = await server.Host!.Engine.Catalogue.NumbersAsync("default", [.. Enumerable.Range(0, 20).Select(BenchWorld.ItemId)], CancellationToken.None);
        RandomModel.Write(_folder.File("artefact"), new NetworkSize(8, 8, 1), numbers, DateTimeOffset.UnixEpoch, seed: 1);
    }
}
