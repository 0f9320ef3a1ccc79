using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Learning;

/// <summary>
/// The right to learn, held by one process at a time, as <see cref="Archive.ArchiveLease"/> is the right to archive: every write of the state expects the revision of the one before, so that
/// a process that was stopped for so long that another one took over can't write anything any more.
/// </summary>
internal sealed class LearningLease
{
    /// <summary>The collection of the state's document.</summary>
    public const string Collection = "learning";

    private const string Key = "state";

    private readonly IRecsysStore _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _revision;

    private LearningLease(IRecsysStore store, TimeProvider time, LearningState state, long revision)
    {
        _store = store;
        _time = time;
        _revision = revision;
        State = state;
    }

    /// <summary>The state as this process wrote it last.</summary>
    public LearningState State { get; private set; }

    /// <summary>Reads the state without a lease.</summary>
    /// <exception cref="StoreUnavailableException">The store is down.</exception>
    public static async ValueTask<(LearningState State, long Revision)> ReadAsync(IRecsysStore store, CancellationToken cancellationToken)
    {
        var document = await store.GetDocumentAsync(Collection, "", Key, cancellationToken);
        return document is null ? (new(), 0) : (JsonSerializer.Deserialize(document.Content.Span, LearningJson.Default.LearningState) ?? new(), document.Revision);
    }

    /// <summary>Takes the lease; null: another process has it.</summary>
    /// <param name="store">Where it's kept. One that isn't shared is this process' own: whoever had the lease is gone.</param>
    /// <param name="owner">Who takes it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<LearningLease?> TakeAsync(IRecsysStore store, string owner, TimeProvider time, CancellationToken cancellationToken)
    {
        var (found, revision) = await ReadAsync(store, cancellationToken);
        if (store.IsShared && StoreLease.IsOthers(found.Owner, found.LeaseEndMs, owner, time)) return null;
        var lease = new LearningLease(store, time, found with { Owner = owner, Training = "" }, revision);

        // Where nobody else can come, a write that only says so isn't worth its sync.
        return (!store.IsShared && found.Training.Length == 0) || await lease.CommitAsync(state => state, cancellationToken) ? lease : null;
    }

    /// <summary>Writes the changed state and prolongs the lease; false: it's lost, and nothing was written.</summary>
    public async ValueTask<bool> CommitAsync(Func<LearningState, LearningState> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var next = change(State) with { LeaseEndMs = StoreLease.EndMs(_time) };
            var write = new DocumentWrite
            {
                Collection = Collection,
                Key = new("", Key),
                Content = JsonSerializer.SerializeToUtf8Bytes(next, LearningJson.Default.LearningState),
                ExpectedRevision = _revision,
            };
            var result = (await _store.PutDocumentsAsync([write], cancellationToken))[0];
            if (result.Status != CommitStatus.Committed) return false;
            (_revision, State) = (result.Revision, next);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Gives it up; where the store is down, it ends by itself.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (!_store.IsShared) return;
        try
        {
            await CommitAsync(state => state with { Owner = "" }, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Others wait for its end; this process takes it again before.
        }
    }
}
