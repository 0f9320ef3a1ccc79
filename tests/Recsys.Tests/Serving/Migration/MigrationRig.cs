using Recsys.Inference.Artefacts;
using Recsys.Serving.Migration;
using Recsys.Storage.Redis;
using Recsys.Storage.Sqlite;
using Recsys.Tests.Inference;
using Recsys.Tests.Storage.Redis;

namespace Recsys.Tests.Serving.Migration;

/// <summary>A filled embedded store, an empty one on Redis, and migrations between them.</summary>
internal sealed class MigrationRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RedisStoreOptions _options;

    private MigrationRig(SqliteStore file, RedisStore redis, RedisStoreOptions options)
    {
        _options = options;
        (File, Redis) = (file, redis);
        Source = new(file, "the file", _folder.Child("models"));
        Target = new(redis, "Redis", "");
        Sample = new(file);
    }

    public SqliteStore File { get; }

    public RedisStore Redis { get; }

    public MigrationSide Source { get; }

    public MigrationSide Target { get; }

    public MigrationSample Sample { get; }

    /// <summary>What the names of the target's keys begin with.</summary>
    public string Prefix => _options.Prefix;

    /// <param name="address">Of a Redis.</param>
    public static async Task<MigrationRig> OpenAsync(string address)
    {
        var options = RedisSample.Options(address);
        var redis = await RedisStore.OpenAsync(options, CancellationToken.None);
        return new(await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None), redis, options);
    }

    /// <summary>Runs a migration to its end.</summary>
    public async Task<(MigrationState State, MigrationCounts Counts, MigrationReport Report)> RunAsync(MigrationSide? from = null, MigrationSide? to = null)
    {
        var migration = new StoreMigration(from ?? Source, to ?? Target, TimeProvider.System);
        var state = await migration.BeginAsync(CancellationToken.None);
        if (state != MigrationState.Completed) await migration.CopyAsync(CancellationToken.None);
        var report = await migration.VerifyAsync(CancellationToken.None);
        await migration.EndAsync(report, CancellationToken.None);
        return (state, migration.Counts, report);
    }

    /// <summary>Only compares.</summary>
    public Task<MigrationReport> VerifyAsync() => new StoreMigration(Source, Target, TimeProvider.System).VerifyAsync(CancellationToken.None);

    /// <summary>A model with its record and files, in the source.</summary>
    public async Task PutModelAsync(string ns, string version)
    {
        var settings = SampleModel.Settings(16, 16, 1);
        SessionArtefactWriter.Write(Path.Combine(Source.ModelFolder, ns, version), SampleModel.Manifest(settings, 3), SampleModel.Tensors(settings, 3, 1), [1, 2, 3]);
        await File.PutDocumentsAsync([new() { Collection = "models", Key = new(ns, version), Content = "{}"u8.ToArray() }], CancellationToken.None);
    }

    public string Temporary(string name) => _folder.Child(name);

    public async ValueTask DisposeAsync()
    {
        await File.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Dispose();
    }
}
