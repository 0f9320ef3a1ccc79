using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Live;
using Recsys.Serving.Placements;
using Recsys.Serving.Replicas;
using Recsys.Storage;

namespace Recsys.Serving.Experiments;

/// <summary>The experiments of every namespace: stored in the store, and held in memory, where lists look up by which configuration they are made.</summary>
public sealed class ExperimentRegistry
{
    private const int MaxAttempts = 20;
    private const int PageSize = 100;
    private static readonly TimeSpan ReplicasLimit = TimeSpan.FromSeconds(5);

    private readonly IRecsysStore _store;
    private readonly PlacementRegistry _placements;
    private readonly ExperimentRules _rules;
    private readonly ExperimentLog _log;
    private readonly ExperimentModels? _models;
    private readonly ReplicaRoster? _roster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _takingOver = new(1, 1);
    private volatile ImmutableDictionary<string, NamespaceExperiments> _held = ImmutableDictionary.Create<string, NamespaceExperiments>(StringComparer.Ordinal);

    private ExperimentRegistry(
        IRecsysStore store, PlacementRegistry placements, OutcomeReader outcomes, ExperimentModels? models, ReplicaRoster? roster, TimeProvider time, ILogger logger)
    {
        _store = store;
        _placements = placements;
        _rules = new(placements);
        _log = new(outcomes);
        _models = models;
        _roster = roster;
        _time = time;
        _logger = logger;
    }

    /// <summary>The etag of an experiment of this version; empty: it isn't stored.</summary>
    public static string Etag(Experiment experiment) => experiment.Version == 0 ? "" : experiment.Version.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Everything that the rules have against an experiment, and against the models that its variants name: each is loaded once, to see that it can be.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<IReadOnlyList<PlacementViolation>> CheckAsync(string ns, Experiment experiment, CancellationToken cancellationToken)
    {
        var violations = _rules.Check(ns, experiment);
        return _models is null ? violations : [.. violations, .. await _models.CheckAsync(ns, experiment, cancellationToken)];
    }

    /// <summary>The experiments that this replica makes its lists by, in the ordinal order of their ids.</summary>
    public IReadOnlyList<Experiment> List(string ns) => _held.TryGetValue(ns, out var experiments)
        ? [.. experiments.All.OrderBy(experiment => experiment.ExperimentId, StringComparer.Ordinal)]
        : [];

    /// <summary>Reads an experiment as it's stored.</summary>
    /// <exception cref="EngineException">NotFound, FailedPrecondition (damaged), Unavailable.</exception>
    public async ValueTask<Experiment> GetAsync(string ns, string experimentId, CancellationToken cancellationToken) =>
        (await ExperimentsDocument.ReadAsync(_store, ns, cancellationToken)).Document.Find(experimentId) ?? throw NotFound(experimentId);

    /// <summary>Starts an experiment, or replaces one and starts it anew. It must have passed <see cref="CheckAsync"/>. One that runs and is put as it is isn't changed.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="experiment">The experiment; its version and times are ignored.</param>
    /// <param name="etag">If not empty, the etag that must be stored.</param>
    /// <param name="validateOnly">Changes nothing, only tells whether it could be done.</param>
    /// <param name="cancellationToken">Ends the wait, perhaps after it's stored.</param>
    /// <exception cref="EngineException">Aborted (etag), FailedPrecondition (another one runs, too many, too many models, damaged), Unavailable.</exception>
    public ValueTask<ExperimentWritten> PutAsync(string ns, Experiment experiment, string etag, bool validateOnly, CancellationToken cancellationToken) =>
        ChangeAsync(ns, experiment.ExperimentId, etag, validateOnly, document => Put(document, experiment), cancellationToken);

    /// <summary>Stops an experiment; a stopped one isn't changed.</summary>
    /// <exception cref="EngineException">NotFound, Aborted (etag), FailedPrecondition (damaged), Unavailable.</exception>
    public ValueTask<ExperimentWritten> StopAsync(string ns, string experimentId, string etag, CancellationToken cancellationToken) => ChangeAsync(
        ns,
        experimentId,
        etag,
        validateOnly: false,
        document => document.Find(experimentId) is not { } stored ? throw NotFound(experimentId)
            : stored.StopTimeMs is not null ? (document, stored)
            : With(document, stored with { StopTimeMs = Math.Max(stored.StartTimeMs, NowMs()) }),
        cancellationToken);

    /// <summary>Deletes an experiment and returns how many other replicas hadn't taken it over when the time was up.</summary>
    /// <exception cref="EngineException">NotFound, Aborted (etag), FailedPrecondition (damaged), Unavailable.</exception>
    public async ValueTask<int> DeleteAsync(string ns, string experimentId, string etag, CancellationToken cancellationToken)
    {
        var written = await ChangeAsync(ns, experimentId, etag, validateOnly: false, Delete, cancellationToken);
        return written.ReplicasPending;

        (ExperimentsDocument Next, Experiment Experiment) Delete(ExperimentsDocument document) => document.Find(experimentId) is { } stored
            ? (new(document.LastVersion + 1, [.. document.Without(experimentId)]), stored)
            : throw NotFound(experimentId);
    }

    /// <summary>Reads from the log what became of an experiment, until now or until it was stopped. Reports how far it is; the last element holds the outcome.</summary>
    /// <exception cref="EngineException">NotFound, FailedPrecondition (damaged), Unavailable.</exception>
    public async IAsyncEnumerable<(ExperimentProgress? Progress, ExperimentOutcome? Outcome)> ReportAsync(
        string ns, string experimentId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var experiment = await GetAsync(ns, experimentId, cancellationToken);
        await foreach (var update in _log.ReportAsync(ns, experiment, experiment.StopTimeMs ?? NowMs(), cancellationToken)) yield return update;
    }

    /// <summary>The experiments of a placement that this replica holds, running and stopped.</summary>
    internal IReadOnlyList<HeldExperiment> HeldOf(string ns, string placement) => _held.TryGetValue(ns, out var experiments) ? experiments.AllOf(placement) : [];

    /// <summary>By which configuration a list of a placement is made for its first user. For nobody in particular it's that of the control.</summary>
    internal PlacementChoice Choose(string ns, string placement, IReadOnlyList<string> userIds)
    {
        if (!_held.TryGetValue(ns, out var experiments) || experiments.RunningOf(placement) is not { } running) return Own(ns, placement);
        var variant = userIds.Count == 0 ? running.Control : running.Of(userIds[0]);
        if (variant is null) return Own(ns, placement);
        if (variant.ModelVersion.Length > 0) _models?.Seek(ns, variant.ModelVersion);
        return new(variant.PlacementOf(ns, placement, _placements), running.Experiment.ExperimentId, variant.Name) { ModelVersion = variant.ModelVersion };
    }

    /// <summary>By which configuration a list is continued that was begun by an experiment, or by none (an empty id): what began or ended meanwhile changes nothing.</summary>
    internal PlacementChoice Continue(string ns, string placement, string experimentId, string variant)
    {
        var experiment = experimentId.Length > 0 && _held.TryGetValue(ns, out var experiments) ? experiments.Find(experimentId) : null;
        var held = experiment?.Named(variant);
        return new(held?.PlacementOf(ns, placement, _placements) ?? _placements.Of(ns, placement), experimentId, variant)
        {
            // The model of a stopped one is let go: the rest of the list is what was ranked anyway.
            ModelVersion = held is not null && experiment!.Experiment.StopTimeMs is null ? held.ModelVersion : "",
        };
    }

    /// <summary>The model of the user's variant where it's loaded and not the live one; of several experiments' that of the first. Null: none.</summary>
    internal LiveModel? ModelOf(UserKey user)
    {
        if (_models is null || !_held.TryGetValue(user.Namespace, out var experiments)) return null;
        foreach (var experiment in experiments.OfModels)
        {
            if (experiment.Of(user.UserId) is { } variant && _models.BesideLive(user.Namespace, variant.ModelVersion) is { } model) return model;
        }

        return null;
    }

    /// <summary>Reads the stored experiments. Where they can't be read, none is in effect.</summary>
    internal static async Task<ExperimentRegistry> LoadAsync(
        IRecsysStore store, PlacementRegistry placements, OutcomeReader outcomes, ExperimentModels? models, ReplicaRoster? roster, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        var registry = new ExperimentRegistry(store, placements, outcomes, models, roster, time, logger);
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(ExperimentsDocument.Collection, null, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            await registry.ApplyAsync([.. page.Select(document => new DocumentChange(document.Key, document))], Timeout.InfiniteTimeSpan, cancellationToken);
            after = page[^1].Key;
        }

        return registry;
    }

    /// <summary>Takes over what another replica changed. What can't be read stays as it's held here.</summary>
    internal Task ApplyAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken) => ApplyAsync(changes, ReplicasLimit, cancellationToken);

    private async Task ApplyAsync(IReadOnlyList<DocumentChange> changes, TimeSpan modelsLimit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var change in changes)
        {
            try
            {
                if (change.Document is not { } document) continue;
                await TakeOverAsync(change.Key.Namespace, document.Revision, ExperimentsDocument.Read(document), modelsLimit).WaitAsync(cancellationToken);
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                _logger.ExperimentsUnreadable(e, change.Key.Namespace);
            }
        }
    }

    private static EngineException NotFound(string experimentId) =>
        new(EngineErrorKind.NotFound, "EXPERIMENT_NOT_FOUND", $"There is no experiment '{experimentId}'.", "experiment_id");

    private static void CheckEtag(string experimentId, string etag, Experiment? stored)
    {
        if (etag.Length == 0 || (stored is not null && etag == Etag(stored))) return;
        var found = stored is null ? "there is no such experiment" : $"the stored one is '{Etag(stored)}'";
        throw new EngineException(EngineErrorKind.Aborted, "ETAG_MISMATCH", $"The etag of experiment '{experimentId}' is given as '{etag}', {found}.", "etag");
    }

    private static (ExperimentsDocument Next, Experiment Experiment) With(ExperimentsDocument document, Experiment changed)
    {
        var next = changed with { Version = document.LastVersion + 1 };
        return (document.With(next), next);
    }

    private static bool IsSame(Experiment one, Experiment other)
    {
        return Bytes(one).AsSpan().SequenceEqual(Bytes(other));

        static byte[] Bytes(Experiment experiment) => new ExperimentsDocument(0, [experiment with { Version = 0, StartTimeMs = 0, StopTimeMs = null }]).Write();
    }

    private (ExperimentsDocument Next, Experiment Experiment) Put(ExperimentsDocument document, Experiment experiment)
    {
        var stored = document.Find(experiment.ExperimentId);
        if (stored is { StopTimeMs: null } && IsSame(stored, experiment)) return (document, stored);
        if (document.Without(experiment.ExperimentId).FirstOrDefault(other => other.StopTimeMs is null && other.Placement == experiment.Placement) is { } running)
        {
            throw new EngineException(
                EngineErrorKind.FailedPrecondition, "EXPERIMENT_RUNNING", $"Experiment '{running.ExperimentId}' runs in placement '{running.Placement}': stop it first.", "experiment.placement");
        }

        if (stored is null && document.Experiments.Count >= ExperimentLimits.Experiments)
        {
            throw new EngineException(
                EngineErrorKind.FailedPrecondition, "TOO_MANY_EXPERIMENTS", $"The namespace has {ExperimentLimits.Experiments} experiments, which is the most: delete some.");
        }

        var (next, started) = With(document, experiment with { StartTimeMs = NowMs(), StopTimeMs = null });
        if (next.ModelVersions().Count <= ExperimentLimits.Models) return (next, started);
        throw new EngineException(
            EngineErrorKind.FailedPrecondition,
            "TOO_MANY_MODELS",
            $"The running experiments of the namespace would name more than {ExperimentLimits.Models} models: stop some.",
            "experiment.variants");
    }

    private PlacementChoice Own(string ns, string placement) => new(_placements.Of(ns, placement), "", "");

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<ExperimentWritten> ChangeAsync(
        string ns, string experimentId, string etag, bool validateOnly, Func<ExperimentsDocument, (ExperimentsDocument Next, Experiment Experiment)> next, CancellationToken cancellationToken)
    {
        var (written, revision, changed) = await WriteAsync(ns, experimentId, etag, validateOnly, next, cancellationToken);

        // Stored is stored: it's taken over whether or not the caller waits for that.
        if (changed is not null) await TakeOverAsync(ns, revision, changed, ReplicasLimit).WaitAsync(cancellationToken);
        if (validateOnly || _roster is null) return written;
        return written with { ReplicasPending = await _roster.WaitExperimentsAsync(ns, revision, ReplicasLimit, cancellationToken) };
    }

    /// <summary>Reads a namespace's document, makes the next one by <paramref name="next"/> and writes it, atomically: it's made again when another replica wrote in between.</summary>
    /// <returns>What it came to, and the document as it's now; null: it's as it was.</returns>
    private async ValueTask<(ExperimentWritten Written, long Revision, ExperimentsDocument? Changed)> WriteAsync(
        string ns, string experimentId, string etag, bool validateOnly, Func<ExperimentsDocument, (ExperimentsDocument Next, Experiment Experiment)> next, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var (revision, document) = await ExperimentsDocument.ReadAsync(_store, ns, cancellationToken);
                var stored = document.Find(experimentId);
                CheckEtag(experimentId, etag, stored);
                var (changed, experiment) = next(document);
                if (validateOnly) return (new(experiment with { Version = 0 }, stored is null, 0), 0, null);
                if (ReferenceEquals(changed, document)) return (new(experiment, false, 0), revision, null);
                var write = new DocumentWrite { Collection = ExperimentsDocument.Collection, Key = new(ns, ExperimentsDocument.Key), Content = changed.Write(), ExpectedRevision = revision };
                var result = (await StoreFailure.GuardAsync(() => _store.PutDocumentsAsync([write], cancellationToken)))[0];
                if (result.Status == CommitStatus.Committed) return (new(experiment, stored is null, 0), result.Revision, changed);
            }
        }
        finally
        {
            _writing.Release();
        }

        throw new EngineException(
            EngineErrorKind.Aborted, "EXPERIMENTS_CONTENDED", $"The experiments of '{ns}' were changed by others {MaxAttempts} times in a row while this change was made.");
    }

    /// <summary>Makes lists by a document from now on, unless a newer one is held: once the models that it names are loaded, or can't be in time.</summary>
    private async Task TakeOverAsync(string ns, long revision, ExperimentsDocument document, TimeSpan modelsLimit)
    {
        await _takingOver.WaitAsync();
        try
        {
            if (_held.TryGetValue(ns, out var held) && held.Revision >= revision) return;
            var experiments = new NamespaceExperiments(revision, document);
            if (_models is not null) await _models.LoadAsync(ns, experiments.ModelVersions, modelsLimit);
            _held = _held.SetItem(ns, experiments);
            _models?.Keep(ns, experiments.ModelVersions);
        }
        finally
        {
            _takingOver.Release();
        }
    }
}
