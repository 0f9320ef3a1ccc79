using Microsoft.Extensions.Logging;
using Recsys.Serving.Catalogue;
using Recsys.Storage;

namespace Recsys.Serving.Archive;

/// <summary>Keeps the archive up to date in the background: new entries at every interval, erasures in time.</summary>
internal sealed class Archiver : IAsyncDisposable
{
    private readonly IRecsysStore _store;
    private readonly ArchiveDocuments _documents;
    private readonly ArchiveFolder _folder;
    private readonly ArchiveBatch _batch;
    private readonly ArchiveErasure _erasure;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _owner = Guid.NewGuid().ToString("n");
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _cleared;

    public Archiver(IRecsysStore store, ItemNumbers items, EngineOptions options, TimeProvider time, ILogger logger)
    {
        _store = store;
        _documents = new(store);
        _folder = new(options.Archive);
        _batch = new(store, items, _folder, _documents);
        _erasure = new(store, _folder, _documents, new(store, time), time);
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Begins to run at every interval.</summary>
    public void Start() => _running = Task.Run(LoopAsync);

    /// <summary>Archives everything that the log has by now, and erases what is due; false: another process does.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await ArchiveLease.TakeAsync(_documents, _owner, !_store.IsShared, _time, cancellationToken) is not { } lease) return false;
        try
        {
            await RunAsync(lease, cancellationToken);
            return true;
        }
        finally
        {
            await lease.ReleaseAsync();
        }
    }

    /// <summary>Stops; what isn't archived yet will be by the next process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync(ArchiveLease lease, CancellationToken cancellationToken)
    {
        _folder.Claim(lease.Checkpoint.ArchiveId, lease.Checkpoint.Batch == 0);
        await _batch.SettleAsync(lease, cancellationToken);
        if (!_cleared || lease.IsTakenOver) _folder.ClearDrafts(lease.Checkpoint.Last);
        _cleared = true;
        foreach (var stream in new[] { LogStream.Events, LogStream.Exposures })
        {
            while (await _batch.RunAsync(lease, stream, cancellationToken))
            {
            }
        }

        var rewritten = await _erasure.RunAsync(lease, _options.EraseHours * 3_600_000L / 2, cancellationToken);
        if (rewritten > 0) _logger.ArchiveErased(rewritten);
    }

    private Task LoopAsync()
    {
        // A look for new entries costs a shared store thousands of reads, one or two a partition, also when nothing is new.
        var least = _store.IsShared ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(1);
        var interval = _options.ArchiveInterval == 0 ? least : TimeSpan.FromMinutes(_options.ArchiveInterval);
        return Repeated.RunAsync(TryAsync, interval, _time, _stopping.Token);
    }

    private async Task TryAsync()
    {
        try
        {
            await RunOnceAsync(_stopping.Token);
        }
        catch (StoreUnavailableException e)
        {
            _logger.ArchiveStoreDown(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Archiving must never end the server; whatever is wrong is said at every interval until it's put right.
            _logger.ArchiveFailed(e, _options.Archive);
        }
    }
}
