using Recsys.Storage;

namespace Recsys.Serving.Archive;

/// <summary>
/// The right to archive, held by one process at a time. Every write of the checkpoint expects the revision of the one before: a process that was stopped for so
/// long that another one took over can't commit anything any more, whatever it still does.
/// </summary>
internal sealed class ArchiveLease
{
    private readonly ArchiveDocuments _documents;
    private readonly TimeProvider _time;
    private long _revision;

    private ArchiveLease(ArchiveDocuments documents, TimeProvider time, ArchiveCheckpoint checkpoint, long revision)
    {
        _documents = documents;
        _time = time;
        _revision = revision;
        Checkpoint = checkpoint;
    }

    /// <summary>The checkpoint as this process wrote it last.</summary>
    public ArchiveCheckpoint Checkpoint { get; private set; }

    /// <summary>Whether another process had it and didn't give it up: it died, and may have left something behind.</summary>
    public bool IsTakenOver { get; private init; }

    /// <summary>Takes the lease; null: another process has it.</summary>
    /// <param name="documents">Where it's kept.</param>
    /// <param name="owner">Who takes it.</param>
    /// <param name="isAlone">No other process can use the store: whoever had the lease is gone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<ArchiveLease?> TakeAsync(
        ArchiveDocuments documents, string owner, bool isAlone, TimeProvider time, CancellationToken cancellationToken)
    {
        var (found, revision) = await documents.ReadAsync(cancellationToken);
        if (found is null) await documents.StartAsync(cancellationToken);
        if (!isAlone && found is not null && StoreLease.IsOthers(found.Owner, found.LeaseEndMs, owner, time)) return null;
        var lease = new ArchiveLease(documents, time, (found ?? new ArchiveCheckpoint { ArchiveId = Guid.NewGuid().ToString("n") }) with { Owner = owner }, revision)
        {
            IsTakenOver = found is { Owner.Length: > 0 } && found.Owner != owner,
        };
        return await lease.CommitAsync(lease.Checkpoint, cancellationToken) ? lease : null;
    }

    /// <summary>Writes the checkpoint and prolongs the lease; false: it's lost, and nothing was written.</summary>
    public async ValueTask<bool> CommitAsync(ArchiveCheckpoint next, CancellationToken cancellationToken)
    {
        next = next with { LeaseEndMs = StoreLease.EndMs(_time) };
        if (await _documents.PutAsync(next, _revision, cancellationToken) is not { } revision) return false;
        (_revision, Checkpoint) = (revision, next);
        return true;
    }

    /// <summary>Gives it up; where the store is down, it ends by itself.</summary>
    public async ValueTask ReleaseAsync()
    {
        try
        {
            await CommitAsync(Checkpoint with { Owner = "" }, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Others wait for its end; this process takes it again before.
        }
    }
}
