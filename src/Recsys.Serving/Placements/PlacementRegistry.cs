using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Replicas;
using Recsys.Storage;

namespace Recsys.Serving.Placements;

/// <summary>The placements of every namespace: stored in the store with their earlier versions, and held in memory, where lists look them up.</summary>
public sealed class PlacementRegistry
{
    private const int MaxAttempts = 20;

    // Of deleted placements: who deletes and creates for ever must not fill the store.
    private const int MaxDeleted = 1_000;
    private static readonly TimeSpan ReplicasLimit = TimeSpan.FromSeconds(5);

    private readonly PlacementDocuments _documents;
    private readonly PlacementRules _rules;
    private readonly ReplicaRoster? _roster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _publishing = new();
    private volatile ImmutableDictionary<string, NamespacePlacements> _held = ImmutableDictionary.Create<string, NamespacePlacements>(StringComparer.Ordinal);

    private PlacementRegistry(PlacementDocuments documents, PlacementRules rules, ReplicaRoster? roster, TimeProvider time, ILogger logger)
    {
        _documents = documents;
        _rules = rules;
        _roster = roster;
        _time = time;
        _logger = logger;
    }

    /// <summary>The configuration of a placement: its own, else that of `default`, else <see cref="Placement.Default"/>. No I/O, no lock, no allocation.</summary>
    public Placement Of(string ns, string placementId) => _held.TryGetValue(ns, out var placements) ? placements.Find(placementId) : Placement.Default;

    /// <summary>The placement's own configuration; null: it has none.</summary>
    internal Placement? Find(string ns, string placementId) => _held.TryGetValue(ns, out var placements) ? placements.Own(placementId) : null;

    /// <summary>Everything that the rules have against a placement.</summary>
    public IReadOnlyList<PlacementViolation> Check(Placement placement) => _rules.Check(placement);

    /// <summary>The placements that this replica makes its lists by, in the ordinal order of their ids.</summary>
    public IReadOnlyList<VersionedPlacement> List(string ns) => _held.TryGetValue(ns, out var placements)
        ? [.. placements.Live.OrderBy(live => live.Placement.PlacementId, StringComparer.Ordinal)]
        : [];

    /// <summary>Reads a placement as it's stored.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="placementId">Which.</param>
    /// <param name="version">As it was in this version; 0: as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">NotFound, FailedPrecondition (damaged), Unavailable.</exception>
    public async ValueTask<VersionedPlacement> GetAsync(string ns, string placementId, long version, CancellationToken cancellationToken)
    {
        var stored = await _documents.ReadAsync(ns, placementId, cancellationToken);
        if (version != 0 && (version != stored.VersionNumber || stored.Live is null)) return new(await EarlierAsync(ns, placementId, stored, version, cancellationToken), "");
        if (stored.IsDamaged) throw PlacementDocuments.Damaged(placementId, stored.VersionNumber);
        return new(stored.Live ?? throw NotFound(placementId), StoredPlacement.Etag(stored.Revision));
    }

    /// <summary>Creates a placement or replaces it. It must have passed <see cref="Check"/>.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="placement">The placement.</param>
    /// <param name="etag">If not empty, the etag that must be stored.</param>
    /// <param name="apiKeyId">Who does it; may be empty.</param>
    /// <param name="validateOnly">Changes nothing, only tells whether it could be done.</param>
    /// <param name="cancellationToken">Ends the wait, perhaps after it's stored.</param>
    /// <exception cref="EngineException">Aborted (etag), FailedPrecondition (too many), Unavailable.</exception>
    public ValueTask<PlacementWritten> PutAsync(
        string ns, Placement placement, string etag, string apiKeyId, bool validateOnly, CancellationToken cancellationToken) =>
        ChangeAsync(
            ns,
            placement.PlacementId,
            etag,
            validateOnly,
            stored => new(Version(stored, stored.Live is null ? PlacementChange.Created : PlacementChange.Replaced, apiKeyId, placement)),
            cancellationToken);

    /// <summary>Deletes a placement and returns how many other replicas hadn't taken it over when the time was up.</summary>
    /// <exception cref="EngineException">NotFound, Aborted (etag), Unavailable.</exception>
    public async ValueTask<int> DeleteAsync(string ns, string placementId, string etag, string apiKeyId, CancellationToken cancellationToken)
    {
        var written = await ChangeAsync(ns, placementId, etag, validateOnly: false, Delete, cancellationToken);
        await ForgetOldestAsync(ns, cancellationToken);
        return written.ReplicasPending;

        ValueTask<PlacementVersion> Delete(StoredPlacement stored) => stored is { Live: null, IsDamaged: false }
            ? throw NotFound(placementId)
            : new(Version(stored, PlacementChange.Deleted, apiKeyId, null));
    }

    /// <summary>Makes what a placement was in an earlier version its newest version.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="placementId">Which; it may be deleted.</param>
    /// <param name="version">The earlier version; 0: the one before the newest.</param>
    /// <param name="etag">If not empty, the etag that must be stored.</param>
    /// <param name="apiKeyId">Who does it; may be empty.</param>
    /// <param name="cancellationToken">Ends the wait, perhaps after it's stored.</param>
    /// <exception cref="EngineException">NotFound, Aborted (etag), FailedPrecondition (a deletion, against the rules, too many), Unavailable.</exception>
    public ValueTask<PlacementWritten> RollBackAsync(
        string ns, string placementId, long version, string etag, string apiKeyId, CancellationToken cancellationToken)
    {
        return ChangeAsync(ns, placementId, etag, validateOnly: false, MakeAgainAsync, cancellationToken);

        async ValueTask<PlacementVersion> MakeAgainAsync(StoredPlacement stored)
        {
            if (stored.Revision == 0) throw NotFound(placementId);
            var wanted = version == 0 ? stored.VersionNumber - 1 : version;
            var placement = await EarlierAsync(ns, placementId, stored, wanted, cancellationToken);
            if (_rules.Check(placement) is { Count: > 0 } violations)
            {
                throw new EngineException(
                    EngineErrorKind.FailedPrecondition, "PLACEMENT_VERSION_INVALID", $"Version {wanted} isn't allowed any more: {violations[0].Field} {violations[0].Description}.", "version");
            }

            return Version(stored, PlacementChange.RolledBack, apiKeyId, placement) with { RolledBackVersion = wanted };
        }
    }

    /// <summary>Reads who changed a placement when, newest first. A version that can't be read isn't among them.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="placementId">Which; it may be deleted.</param>
    /// <param name="before">Only versions before this one; 0: all.</param>
    /// <param name="maxCount">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">NotFound, Unavailable.</exception>
    public async ValueTask<IReadOnlyList<PlacementVersion>> ListVersionsAsync(
        string ns, string placementId, long before, int maxCount, CancellationToken cancellationToken)
    {
        var stored = await _documents.ReadAsync(ns, placementId, cancellationToken);
        if (stored.Revision == 0) throw NotFound(placementId);
        var versions = new List<PlacementVersion>();
        var oldest = Math.Max(1, stored.VersionNumber - PlacementLimits.Versions + 1);
        for (var number = before == 0 ? stored.VersionNumber : Math.Min(before - 1, stored.VersionNumber); number >= oldest && versions.Count < maxCount; number--)
        {
            var version = number == stored.VersionNumber ? stored.Newest : await _documents.ReadEarlierAsync(ns, placementId, number, cancellationToken);
            if (version is not null) versions.Add(version);
        }

        return versions;
    }

    /// <summary>Reads the stored placements. One that can't be read is left out: its lists are those of `default`.</summary>
    internal static async Task<PlacementRegistry> LoadAsync(
        IRecsysStore store, PlacementRules rules, ReplicaRoster? roster, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var registry = new PlacementRegistry(new(store), rules, roster, time, logger);
        registry.Hold((await registry._documents.ListAsync(cancellationToken)).Select(document => new DocumentChange(document.Key, document)));
        return registry;
    }

    /// <summary>Takes over what another replica changed. What can't be read stays as it's held here.</summary>
    internal Task ApplyAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Hold(changes);
        return Task.CompletedTask;
    }

    private static EngineException NotFound(string placementId) =>
        new(EngineErrorKind.NotFound, "PLACEMENT_NOT_FOUND", $"There is no placement '{placementId}'.", "placement_id");

    private static void CheckEtag(string placementId, string etag, StoredPlacement stored)
    {
        var isThere = stored.Live is not null || stored.IsDamaged;
        if (etag.Length == 0 || (isThere && etag == StoredPlacement.Etag(stored.Revision))) return;
        var found = isThere ? $"the stored one is '{StoredPlacement.Etag(stored.Revision)}'" : "there is no such placement";
        throw new EngineException(EngineErrorKind.Aborted, "ETAG_MISMATCH", $"The etag of placement '{placementId}' is given as '{etag}', {found}.", "etag");
    }

    private PlacementVersion Version(StoredPlacement stored, PlacementChange change, string apiKeyId, Placement? placement)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var created = stored.Live?.CreateTimeMs ?? now;
        var number = stored.VersionNumber + 1;
        return new()
        {
            Version = number,
            Change = change,
            ChangeTimeMs = now,
            ApiKeyId = apiKeyId,
            CreateTimeMs = created,
            ChangedFields = stored.Live is { } before && placement is not null ? PlacementDocument.Changes(before, placement) : [],
            Placement = placement is null ? null : placement with { Version = number, CreateTimeMs = created, UpdateTimeMs = now },
        };
    }

    private async ValueTask<Placement> EarlierAsync(string ns, string placementId, StoredPlacement stored, long version, CancellationToken cancellationToken)
    {
        if (stored.Revision == 0) throw NotFound(placementId);
        var earlier = version == stored.VersionNumber ? stored.Newest
            : version > 0 && version < stored.VersionNumber ? await _documents.ReadEarlierAsync(ns, placementId, version, cancellationToken)
            : null;
        if (earlier is null)
        {
            throw new EngineException(
                EngineErrorKind.NotFound,
                "PLACEMENT_VERSION_NOT_FOUND",
                $"Placement '{placementId}' has no version {version} that can be read (any more): the newest is {stored.VersionNumber}.",
                "version");
        }

        return earlier.Placement ?? throw new EngineException(
            EngineErrorKind.FailedPrecondition, "PLACEMENT_VERSION_DELETED", $"In version {version} placement '{placementId}' was deleted.", "version");
    }

    private async ValueTask<PlacementWritten> ChangeAsync(
        string ns, string placementId, string etag, bool validateOnly, Func<StoredPlacement, ValueTask<PlacementVersion>> next, CancellationToken cancellationToken)
    {
        var (written, revision) = await WriteAsync(ns, placementId, etag, validateOnly, next, cancellationToken);
        if (validateOnly || _roster is null) return written;
        return written with { ReplicasPending = await _roster.WaitPlacementsAsync(ns, revision, ReplicasLimit, cancellationToken) };
    }

    /// <summary>Reads a placement, makes its next version by <paramref name="next"/> and writes it, atomically: it's made again when another replica wrote in between.</summary>
    private async ValueTask<(PlacementWritten Written, long Revision)> WriteAsync(
        string ns, string placementId, string etag, bool validateOnly, Func<StoredPlacement, ValueTask<PlacementVersion>> next, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var stored = await _documents.ReadAsync(ns, placementId, cancellationToken);
                CheckEtag(placementId, etag, stored);
                var version = await next(stored);
                var isNew = stored.Live is null && version.Placement is not null;
                if (isNew) CheckRoom(ns);
                if (validateOnly) return (new(new(version.Placement!, ""), isNew, 0), 0);
                if (await _documents.ReplaceAsync(ns, placementId, stored, version, cancellationToken) is not { } revision) continue;
                Hold(ns, placementId, PlacementEntry.Of(revision, version));
                return (new(new(version.Placement ?? stored.Live ?? Placement.Default, StoredPlacement.Etag(revision)), isNew, 0), revision);
            }
        }
        finally
        {
            _writing.Release();
        }

        throw new EngineException(
            EngineErrorKind.Aborted, "PLACEMENT_CONTENDED", $"Placement '{placementId}' was changed by others {MaxAttempts} times in a row while this change was made.");
    }

    private void CheckRoom(string ns)
    {
        if (!_held.TryGetValue(ns, out var placements) || placements.LiveCount < PlacementLimits.Placements) return;
        throw new EngineException(EngineErrorKind.FailedPrecondition, "TOO_MANY_PLACEMENTS", $"The namespace has {PlacementLimits.Placements} placements, which is the most: delete some.");
    }

    private async ValueTask ForgetOldestAsync(string ns, CancellationToken cancellationToken)
    {
        while (_held.TryGetValue(ns, out var placements) && placements.DeletedCount > MaxDeleted)
        {
            var (placementId, entry) = placements.OldestDeleted();
            if (await _documents.ForgetAsync(ns, placementId, entry.Revision, entry.VersionNumber, cancellationToken)) Hold(ns, placementId, null);
            else return;
        }
    }

    private void Hold(IEnumerable<DocumentChange> changes)
    {
        foreach (var ofNamespace in changes.GroupBy(change => change.Key.Namespace))
        {
            var entries = new Dictionary<string, PlacementEntry?>(StringComparer.Ordinal);
            foreach (var change in ofNamespace)
            {
                if (change.Document is null) entries[change.Key.Key] = null;
                else if (PlacementDocuments.TryRead(change.Document, out var version, out var error)) entries[change.Key.Key] = PlacementEntry.Of(change.Document.Revision, version);
                else _logger.PlacementUnreadable(error!, change.Key.Key, change.Key.Namespace);
            }

            Hold(ofNamespace.Key, entries);
        }
    }

    private void Hold(string ns, string placementId, PlacementEntry? entry) => Hold(ns, [new(placementId, entry)]);

    private void Hold(string ns, IEnumerable<KeyValuePair<string, PlacementEntry?>> entries)
    {
        lock (_publishing) _held = _held.SetItem(ns, _held.GetValueOrDefault(ns, NamespacePlacements.Empty).With(entries));
    }
}
