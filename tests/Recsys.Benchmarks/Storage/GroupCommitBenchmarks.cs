using BenchmarkDotNet.Attributes;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Benchmarks.Storage;

/// <summary>Durable commits of one event each, by callers that wait for their own: what sharing a sync gains. The figure is the time an event.</summary>
public class GroupCommitBenchmarks
{
    private const int EventsPerInvoke = 1024;

    private readonly byte[] _state = new byte[1500];
    private readonly byte[] _payload = new byte[80];
    private SqliteStore _store = null!;

    /// <summary>How many wait at a time.</summary>
    [Params(1, 16, 256)]
    public int Callers { get; set; }

    [GlobalSetup]
    public async Task SetupAsync() => _store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(synchronousOff: false), CancellationToken.None);

    [GlobalCleanup]
    public async Task CleanupAsync() => await _store.DisposeAsync();

    [Benchmark(OperationsPerInvoke = EventsPerInvoke)]
    public Task CommitAsync() => Task.WhenAll(Enumerable.Range(0, Callers).Select(CallAsync));

    private async Task CallAsync(int caller)
    {
        var user = new UserKey("default", $"user-{caller}");
        for (var i = 0; i < EventsPerInvoke / Callers; i++)
        {
            var commit = new UserCommit
            {
                User = user,
                ExpectedRevision = null,
                State = _state,
                Appends = [new LogAppend(LogStream.Events, "", 0, _payload)],
                ReceiveTimeMs = 1,
            };
            await _store.CommitAsync([commit], CancellationToken.None);
        }
    }
}
