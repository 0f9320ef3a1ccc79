using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>A user's events and exposures in the one order in which they were committed.</summary>
internal sealed class MergedLog(IRecsysStore store, UserKey user)
{
    private const int PageSize = 1_000;

    private readonly PagedReader<LogEntry> _events = Reader(store, user, LogStream.Events);
    private readonly PagedReader<LogEntry> _exposures = Reader(store, user, LogStream.Exposures);

    /// <summary>The next entry; null: there are no more.</summary>
    public async ValueTask<MergedEntry?> PeekAsync(CancellationToken cancellationToken)
    {
        var e = await _events.PeekAsync(cancellationToken);
        var exposure = await _exposures.PeekAsync(cancellationToken);
        if (e is not null && (exposure is null || e.Sequence < exposure.Sequence)) return new(LogStream.Events, e);
        return exposure is null ? null : new(LogStream.Exposures, exposure);
    }

    /// <summary>Goes on behind an entry that was peeked at.</summary>
    public void Take(MergedEntry entry) => (entry.Stream == LogStream.Events ? _events : _exposures).Take();

    private static PagedReader<LogEntry> Reader(IRecsysStore store, UserKey user, LogStream stream) => new(
        PageSize, (last, count, cancellationToken) => store.ReadUserLogAsync(user, stream, last?.Sequence ?? 0, count, newestFirst: false, cancellationToken));
}
