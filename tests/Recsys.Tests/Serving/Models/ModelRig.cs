using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Inference.Artefacts;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Models;
using Recsys.Storage.Sqlite;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Serving.Models;

/// <summary>An engine with a model folder, artefacts to register, and programs to stand in for the trainer.</summary>
internal sealed class ModelRig : IAsyncDisposable
{
    public const string Ns = "default";

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStore _store;

    private ModelRig(SqliteStore store) => _store = store;

    public Engine Engine { get; private set; } = null!;

    public ModelRegistry Models => Engine.Models;

    public string ModelFolder => _folder.Child("models");

    public SqliteStore Store => _store;

    public string? LiveVersion => Engine.LiveModels.Of(Ns)?.Version;

    public static async Task<ModelRig> OpenAsync(string trainer = "/nowhere/recsys-train")
    {
        var rig = new ModelRig(await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None));
        await rig.ReopenAsync(trainer);
        return rig;
    }

    public async Task ReopenAsync(string trainer = "/nowhere/recsys-train")
    {
        if (Engine is not null) await Engine.DisposeAsync();
        Engine = await Engine.OpenAsync(
            _store, new() { ModelFolder = ModelFolder, TrainerPath = trainer }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
    }

    /// <summary>Plays of items 0 to itemCount - 1 by users who each go through them from a place of their own.</summary>
    public async Task PlayAsync(int users = 30, int itemCount = 12, int plays = 8)
    {
        var start = DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeMilliseconds();
        for (var user = 0; user < users; user++)
        {
            var events = Enumerable.Range(0, plays).Select(i => new WatchEvent
            {
                UserId = $"u{user}",
                Type = WatchEventType.Play,
                ItemId = $"i{(user + i) % itemCount}",
                EventTimeMs = start + (user * 1_000) + (i * 100_000),
                PositionMs = 90,
                DurationMs = 100,
            });
            Assert.All(await Engine.WriteAsync(Ns, [.. events], CancellationToken.None), outcome => Assert.Equal(EventOutcome.Accepted, outcome));
        }
    }

    /// <summary>An artefact with random weights over so many items of the namespace.</summary>
    public async Task<string> NewArtefactAsync(int itemCount = 12, int seed = 1, string ns = Ns)
    {
        string[] ids = [.. Enumerable.Range(0, itemCount).Select(i => $"i{i}")];
        var numbers = await (await ItemNumbers.LoadAsync(_store, CancellationToken.None)).ResolveAsync(ns, ids, CancellationToken.None);
        await ReloadNumbersAsync(ids, ns);
        var settings = SampleModel.Settings(16, 16, 1);
        var path = _folder.Child($"artefact-{Guid.NewGuid():N}");
        SessionArtefactWriter.Write(path, SampleModel.Manifest(settings, itemCount), SampleModel.Tensors(settings, itemCount, seed), numbers);
        return path;
    }

    public async Task<string> RegisterAsync(int seed) =>
        (await Models.RegisterAsync(Ns, await NewArtefactAsync(seed: seed), CancellationToken.None)).ModelVersion;

    /// <summary>Changes a byte in the middle of a model's weights.</summary>
    public void Damage(string version)
    {
        using var file = new FileStream(Path.Combine(ModelFolder, Ns, version, SessionArtefact.WeightsFile), FileMode.Open);
        file.Seek(file.Length / 2, SeekOrigin.Begin);
        var value = file.ReadByte();
        file.Seek(-1, SeekOrigin.Current);
        file.WriteByte((byte)(value ^ 0x40));
    }

    /// <summary>A shell script to run in the trainer's place; $training_set and $output are set.</summary>
    public string Script(string body)
    {
        var path = _folder.Child($"trainer-{Guid.NewGuid():N}");
        File.WriteAllText(path, $"#!/bin/sh\ntraining_set=$3\noutput=$5\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public string Temporary(string name) => _folder.Child(name);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The engine's own map must know the numbers too.</summary>
    private async Task ReloadNumbersAsync(string[] ids, string ns) =>
        await Engine.Catalogue.UpsertAsync(ns, [.. ids.Select(id => new CatalogueItem { ItemId = id, Kind = ItemKind.Game })], CancellationToken.None);
}
