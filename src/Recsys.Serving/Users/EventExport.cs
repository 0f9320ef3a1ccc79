using System.Runtime.CompilerServices;
using Recsys.Serving.Catalogue;
using Recsys.Storage;

namespace Recsys.Serving.Users;

/// <summary>Reads the events of all users of a namespace from the store's log, which holds every one of them.</summary>
internal sealed class EventExport(IRecsysStore store, ItemNumbers items, UserDirectory directory)
{
    private const int PageSize = 1_000;
    private const int BatchSize = 500;

    /// <summary>Batches of 1 to 500 events.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StoredEvent>> RunAsync(
        string ns, EventExportFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LogStream[] streams = filter.Exposures ? [LogStream.Events, LogStream.Exposures] : [LogStream.Events];
        var batch = new List<StoredEvent>(BatchSize);
        foreach (var stream in streams)
        {
            var page = new LogPage([], default);
            while ((page = await ReadAsync(stream, page.Next, cancellationToken)).Entries.Count > 0)
            {
                foreach (var entry in page.Entries)
                {
                    if (entry.User.Namespace != ns || (entry.Undone && !filter.Undone)) continue;
                    var stored = directory.Stored(entry);
                    if (stored.ReceiveTimeMs < filter.FromMs || stored.ReceiveTimeMs >= filter.ToMs) continue;
                    batch.Add(stored);
                    if (batch.Count < BatchSize) continue;
                    yield return batch;
                    batch = new(BatchSize);
                }
            }
        }

        if (batch.Count > 0) yield return batch;
    }

    private async ValueTask<LogPage> ReadAsync(LogStream stream, LogCursor from, CancellationToken cancellationToken)
    {
        var page = await StoreFailure.GuardAsync(() => store.ReadLogAsync(stream, from, PageSize, newestFirst: false, cancellationToken));
        await items.CatchUpAsync(cancellationToken);
        return page;
    }
}
