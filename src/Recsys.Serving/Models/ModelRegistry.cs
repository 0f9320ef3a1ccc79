using Microsoft.Extensions.Logging;
using Recsys.Inference.Artefacts;
using Recsys.Serving.Archive;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Evaluation;
using Recsys.Serving.Live;
using Recsys.Serving.Replicas;
using Recsys.Serving.Sessions;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Models;

/// <summary>The models of every namespace: training, artefacts, which one is live, and the way back.</summary>
public sealed class ModelRegistry
{
    private const double ExportShare = 0.05;
    private const double TrainedShare = 0.98;

    private readonly ModelDocuments _documents;
    private readonly ModelFolder _folder;
    private readonly SharedArtefacts? _shared;
    private readonly ItemNumbers _items;
    private readonly LiveModels _live;
    private readonly MissingModels _missing;
    private readonly UserHistories _histories;
    private readonly TrainingSetExport _export;
    private readonly TrainerProcess _trainer;
    private readonly TrainerSettings _settings;
    private readonly Evaluator _evaluator;
    private readonly ColdEvaluation _coldEvaluation;
    private readonly TrainingRuns _runs = new();
    private readonly SemaphoreSlim _switching = new(1, 1);
    private readonly ILogger _logger;
    private readonly StatePreparation _preparation;
    private readonly ReplicaRoster? _roster;
    private readonly TimeSpan _prepareLimit;
    private readonly CancellationTokenSource _closing = new();
    private readonly ModelPruning _pruning;
    private readonly int _trendingHalfLifeHours;

    internal ModelRegistry(
        IRecsysStore store,
        EngineOptions options,
        ItemNumbers items,
        CatalogueMirror catalogue,
        LiveModels live,
        MissingModels missing,
        RecentUsers recent,
        ReplicaRoster? roster,
        ServingMetrics metrics,
        FoldRules rules,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _roster = roster;
        _trendingHalfLifeHours = options.TrendingHalfLifeHours;
        _prepareLimit = TimeSpan.FromSeconds(options.PrepareSeconds);
        _logger = loggers.CreateLogger<ModelRegistry>();
        _documents = new(store);
        _folder = new(options.ModelFolder, items);
        _shared = store.IsShared ? new(store) : null;
        _items = items;
        _live = live;
        _missing = missing;
        _preparation = new(store, recent, live, metrics, time, _logger);
        var archived = options.Archive.Length == 0
            ? null
            : new ArchivedHistories(new ArchiveReader(store, options.Archive, time, _logger), _folder.NewWork);
        _histories = new(store, rules, time, archived);
        _export = new(items, catalogue, new(store, _logger), time);
        _trainer = new(options.TrainerPath, _logger);
        _pruning = new(store, _documents, _folder, _shared, live, options.KeepModels, _logger);
        _settings = new(options.TrainerSettings);
        _evaluator = new(_histories, _export, _trainer, _settings, _folder, items, time);
        _coldEvaluation = new(_histories, _export, _trainer, _settings, _folder, items, store, time);
    }

    /// <summary>
    /// Exports a training set, trains in a child process and registers the model. The last element's <c>Model</c> is set; cancelling ends the child.
    /// </summary>
    /// <exception cref="EngineException">FailedPrecondition (too few interactions; the trainer failed: its message), Aborted (one is running),
    /// Unavailable.</exception>
    public IAsyncEnumerable<(TrainingProgress? Progress, ModelRecord? Model)> TrainAsync(
        string ns, TrainingOptions options, CancellationToken cancellationToken) =>
        ProgressStream.RunAsync((progress, stop) => TrainCoreAsync(ns, options, progress, stop), cancellationToken);

    /// <summary>Exports a training set, such as one to tune on. The last element's <c>Set</c> is set.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="folder">Where to: must not exist, and appears whole or not at all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">FailedPrecondition (too few interactions), Unavailable.</exception>
    public IAsyncEnumerable<(TrainingProgress? Progress, TrainingSetManifest? Set)> ExportAsync(string ns, string folder, CancellationToken cancellationToken) =>
        ProgressStream.RunAsync((progress, stop) => ExportAsync(ns, folder, new ScaledProgress(progress, 0, 1), stop), cancellationToken);

    /// <summary>Evaluates on a split. The last element's <c>Report</c> is set. The live model isn't touched.</summary>
    /// <exception cref="EngineException">As <see cref="TrainAsync"/>.</exception>
    public IAsyncEnumerable<(TrainingProgress? Progress, EvaluationReport? Report)> EvaluateAsync(
        string ns, EvaluationOptions options, CancellationToken cancellationToken) =>
        ProgressStream.RunAsync(
            async (progress, stop) =>
            {
                using var run = _runs.Enter(ns, "evaluation");
                return await _evaluator.RunAsync(ns, options, progress, stop);
            },
            cancellationToken);

    /// <summary>Measures how well items are recommended that no model knows. The last element's <c>Report</c> is set. The live model isn't touched.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="share">Of the items that were played and are in the catalogue, to remove before a model is trained; above 0, below 1.</param>
    /// <param name="epochs">0: chosen from the data.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">FailedPrecondition (too few items), or as <see cref="TrainAsync"/>.</exception>
    public IAsyncEnumerable<(TrainingProgress? Progress, ColdReport? Report)> EvaluateColdAsync(string ns, double share, int epochs, long seed, CancellationToken cancellationToken) =>
        ProgressStream.RunAsync(
            async (progress, stop) =>
            {
                using var run = _runs.Enter(ns, "evaluation");
                return await _coldEvaluation.RunAsync(ns, share, epochs, seed, progress, stop);
            },
            cancellationToken);

    /// <summary>
    /// Takes over a copy of a finished artefact, such as one trained on another machine, after all checks, under the namespace's next version. Its item numbers must be
    /// this store's: those of a training set that was exported from it, or of <see cref="ItemCatalogue.NumbersAsync"/>.
    /// </summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="artefact">The artefact's folder, which is left as it is.</param>
    /// <param name="activate">Also make it the live one.</param>
    /// <param name="cancellationToken">Ends it; nothing is registered then.</param>
    /// <exception cref="EngineException">FailedPrecondition (the artefact doesn't pass its checks), Aborted (a training is running), Unavailable.</exception>
    public async Task<ModelRecord> AddAsync(string ns, string artefact, bool activate, CancellationToken cancellationToken)
    {
        using var run = _runs.Enter(ns, "import");
        using var work = _folder.NewWork();
        var copy = work.Child("artefact");
        await Task.Run(() => _folder.CopyChecked(artefact, copy, ns), cancellationToken);
        var model = await RegisterAsync(ns, copy, cancellationToken);
        if (activate) model = await ActivateAsync(ns, model.ModelVersion, cancellationToken);
        await PruneAsync(ns, cancellationToken);
        return model;
    }

    /// <summary>Whether a training, an evaluation or an import is running here.</summary>
    internal bool IsBusy => _runs.IsBusy;

    /// <summary>Reads the namespace's models, newest first.</summary>
    public async ValueTask<IReadOnlyList<ModelRecord>> ListAsync(string ns, CancellationToken cancellationToken) =>
        [.. (await _documents.ListAsync(ns, cancellationToken)).Select(model => WithLive(ns, model))];

    /// <summary>The record of the model that was decided to be live, which another replica may have done a moment ago; null: there is none.</summary>
    internal async ValueTask<ModelRecord?> DecidedAsync(string ns, CancellationToken cancellationToken) =>
        await _documents.GetAsync(ns, (await _documents.HistoryAsync(ns, cancellationToken)).Live, cancellationToken);

    /// <summary>Reads one model.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public async ValueTask<ModelRecord> GetAsync(string ns, string modelVersion, CancellationToken cancellationToken)
    {
        var model = await _documents.GetAsync(ns, modelVersion, cancellationToken) ?? throw new EngineException(
            EngineErrorKind.NotFound, "MODEL_NOT_FOUND", $"There is no model '{modelVersion}' in namespace '{ns}'.", "model_version");
        return WithLive(ns, model);
    }

    /// <summary>
    /// Makes a model the live one: it's loaded and checked whole first, by every replica, and states of recent users are prepared for it, for at most
    /// <see cref="EngineOptions.PrepareSeconds"/>; lists that are being made finish with the model they began with.
    /// </summary>
    /// <exception cref="EngineException">NotFound, FailedPrecondition (the artefact doesn't pass its checks).</exception>
    public ValueTask<ModelRecord> ActivateAsync(string ns, string modelVersion, CancellationToken cancellationToken) => ActivateAsync(ns, modelVersion, null, cancellationToken);

    private async ValueTask<ModelRecord> ActivateAsync(string ns, string modelVersion, string? expectedLive, CancellationToken cancellationToken)
    {
        await _switching.WaitAsync(cancellationToken);
        try
        {
            await GetAsync(ns, modelVersion, cancellationToken);
            var model = await OpenAsync(ns, modelVersion, cancellationToken);
            try
            {
                await PrepareEverywhereAsync(ns, model, cancellationToken);
                await SwitchAsync(ns, model, history => history.Activated(modelVersion, expectedLive), cancellationToken);
            }
            catch
            {
                await ForgetNextAsync(ns, modelVersion);
                throw;
            }

            return await GetAsync(ns, modelVersion, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new EngineException(
                EngineErrorKind.FailedPrecondition, "MODEL_DAMAGED", $"Model '{modelVersion}' doesn't pass its checks: {e.Message}", innerException: e);
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <summary>
    /// Makes the model live that was live before. Rolling back again goes one activation further back, never forward: going forward is what activating is
    /// for. A former model
    /// that doesn't pass its checks is passed over.
    /// </summary>
    /// <exception cref="EngineException">FailedPrecondition (there was none).</exception>
    public async ValueTask<ModelRecord> RollBackAsync(string ns, CancellationToken cancellationToken)
    {
        await _switching.WaitAsync(cancellationToken);
        try
        {
            var history = await _documents.HistoryAsync(ns, cancellationToken);
            foreach (var version in history.Previous.Reverse())
            {
                if (version == _live.Of(ns)?.Version || await TryOpenAsync(ns, version, cancellationToken) is not { } model) continue;
                await SwitchAsync(ns, model, current => current.RolledBackTo(version), cancellationToken);
                return await GetAsync(ns, version, cancellationToken);
            }

            throw new EngineException(
                EngineErrorKind.FailedPrecondition, "NO_PREVIOUS_MODEL", $"No model of namespace '{ns}' that could be loaded was live before the present one.");
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <summary>Loads the live model of each namespace. Where it's damaged, the newest one before it that isn't serves in its place.</summary>
    internal async Task LoadLiveAsync(CancellationToken cancellationToken)
    {
        _folder.ClearWork();
        foreach (var (ns, history) in await _documents.ListLiveAsync(cancellationToken))
        {
            if (history.Live.Length == 0) continue;
            LiveModel? model = null;
            foreach (var version in history.Previous.Append(history.Live).Reverse().Distinct(StringComparer.Ordinal))
            {
                model = await TryOpenAsync(ns, version, cancellationToken);
                if (model is not null) break;
            }

            if (model is null) _logger.NoModelLoads(ns);
            else SetLive(model);
            if (model?.Version != history.Live) _missing.Add(ns, history.Live);
        }
    }

    /// <summary>Follows what another replica decided, beside whoever tells it: fetching and preparing a model takes a while.</summary>
    internal Task FollowAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        foreach (var ns in changes.Select(change => change.Key.Namespace).Distinct(StringComparer.Ordinal)) StartFollowing(ns);
        return Task.CompletedTask;
    }

    /// <summary>Tries again to load live models that couldn't be loaded, those whose pause is over. To be called now and then.</summary>
    internal void TryMissingAgain()
    {
        foreach (var ns in _missing.TakeDue()) StartFollowing(ns);
    }

    /// <summary>Ends what follows other replicas.</summary>
    internal void Close() => _closing.Cancel();

    /// <summary>Cancelled when the engine closes.</summary>
    internal CancellationToken Closing => _closing.Token;

    /// <summary>Makes a loaded model live in this process only.</summary>
    internal void SetLive(LiveModel model)
    {
        _live.Set(model.Namespace, model);
        _missing.Remove(model.Namespace);
        _logger.ModelLive(model.Version, model.Namespace, model.ItemCount);
        if (ModelRecord.WarningOf(model.Network.Artefact.Settings.TrendingHalfLifeHours, _trendingHalfLifeHours) is { } told) _logger.ModelWarning(model.Version, model.Namespace, told);
    }

    /// <summary>Takes a finished artefact over under the namespace's next version.</summary>
    internal async Task<ModelRecord> RegisterAsync(string ns, string artefact, CancellationToken cancellationToken, string verdict = "")
    {
        var manifest = ArtefactManifest.Read(artefact);
        var history = await _documents.ChangeAsync(ns, current => current with { LastNumber = current.LastNumber + 1 }, cancellationToken);
        var version = $"{manifest.Kind}-{history.LastNumber}";
        _folder.Adopt(artefact, ns, version);
        if (_shared is not null) await _shared.PutAsync(_folder.PathOf(ns, version), ns, version, cancellationToken);
        var model = ModelRecord.Of(manifest, version, verdict);
        await _documents.PutAsync(ns, model, cancellationToken);
        _logger.ModelTrained(version, ns, model.InteractionCount, model.TrainingSeconds);
        foreach (var warning in model.Warnings) _logger.ModelWarning(version, ns, warning);
        return model;
    }

    private async Task<ModelRecord> TrainCoreAsync(
        string ns, TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        using var run = _runs.Enter(ns, "training");
        _trainer.Locate();
        var liveBefore = options.Gate ? (await _documents.HistoryAsync(ns, cancellationToken)).Live : null;
        using var work = _folder.NewWork();
        var (trainingSet, artefact) = (work.Child("training-set"), work.Child("artefact"));
        var settings = await _settings.FileAsync(work.Child("settings.json"), options.SettingsJson, cancellationToken);
        await ExportAsync(ns, trainingSet, new(progress, 0, ExportShare), cancellationToken);
        var live = _live.Of(ns);
        await _trainer.RunAsync(
            trainingSet, artefact, options.Epochs, options.Seed, settings, new ScaledProgress(progress, ExportShare, TrainedShare), cancellationToken,
            TrainerWords.Of(options, live?.Network.Artefact.Folder));
        progress.Report(new() { Phase = "write", Fraction = TrainedShare, Message = "checking the model" });
        var checkedModel = await Task.Run(() => _folder.OpenTrained(artefact, ns), cancellationToken);
        var manifest = checkedModel.Network.Artefact.Manifest;
        var (isPassed, verdict) = options.Gate && live is not null ? PromotionGate.Judge(manifest, live.Network.Artefact.Manifest, live.Version) : (true, "");
        var model = await RegisterAsync(ns, artefact, cancellationToken, verdict);
        progress.Report(new() { Phase = "write", Fraction = 1, Message = $"{model.ModelVersion} with {checkedModel.ItemCount:N0} items is registered" });
        if (options.Activate && isPassed) model = await ActivateTrainedAsync(ns, model, liveBefore, cancellationToken);
        await PruneAsync(ns, cancellationToken);
        return model;
    }

    /// <summary>Makes a model live that passed its gate: against the model that was live then. Who rolled back or switched meanwhile, here or on another replica, isn't overruled.</summary>
    private async Task<ModelRecord> ActivateTrainedAsync(string ns, ModelRecord model, string? liveBefore, CancellationToken cancellationToken)
    {
        try
        {
            return await ActivateAsync(ns, model.ModelVersion, liveBefore, cancellationToken);
        }
        catch (EngineException e) when (e.Reason == LiveHistory.Changed)
        {
            model = model with { Verdict = e.Message };
            await _documents.PutAsync(ns, model, cancellationToken);
            return model;
        }
    }

    /// <summary>Deletes models beyond those that are kept. Not while one is switched to: what is being loaded here stays.</summary>
    private Task PruneAsync(string ns, CancellationToken cancellationToken) => WhileNobodySwitchesAsync(() => _pruning.RunAsync(ns, cancellationToken), cancellationToken);

    private async Task WhileNobodySwitchesAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _switching.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _switching.Release();
        }
    }

    private Task<TrainingSetManifest> ExportAsync(string ns, string folder, ScaledProgress progress, CancellationToken cancellationToken) =>
        _export.WriteAsync(
            folder, ns, TrainingSetSplit.None, _histories.ReadAsync(ns, progress, cancellationToken), cancellationToken);

    private ModelRecord WithLive(string ns, ModelRecord model) => model.ServedWith(_trendingHalfLifeHours) with { Live = _live.Of(ns)?.Version == model.ModelVersion };

    private async Task SwitchAsync(string ns, LiveModel model, Func<LiveHistory, LiveHistory> change, CancellationToken cancellationToken)
    {
        await _documents.ChangeAsync(ns, change, cancellationToken);
        SetLive(model);
    }

    /// <summary>Has every replica load the model and prepare the states of its recent users, and returns when they're ready, or time is up.</summary>
    private async Task PrepareEverywhereAsync(string ns, LiveModel model, CancellationToken cancellationToken)
    {
        if (_roster is null)
        {
            await PrepareHereAsync(model, cancellationToken);
            return;
        }

        await _documents.ChangeAsync(ns, history => history with { Next = model.Version }, cancellationToken);
        await PrepareHereAsync(model, cancellationToken);
        await _roster.ReadyAsync(ns, model.Version, cancellationToken);
        if (!await _roster.WaitReadyAsync(ns, model.Version, _prepareLimit, cancellationToken)) _logger.ReplicasNotReady(model.Version, ns);
    }

    private async Task PrepareHereAsync(LiveModel model, CancellationToken cancellationToken)
    {
        _live.SetNext(model.Namespace, model);
        await StoreFailure.GuardAsync(async () => await _preparation.RunAsync(model, _prepareLimit, cancellationToken));
    }

    /// <summary>After an activation that failed: nobody is to wait for the model any more.</summary>
    private async Task ForgetNextAsync(string ns, string version)
    {
        _live.SetNext(ns, null);
        if (_roster is null) return;
        try
        {
            await _documents.ChangeAsync(ns, history => history.Next == version ? history with { Next = "" } : history, CancellationToken.None);
        }
        catch (EngineException e)
        {
            // The other replicas go on preparing a model that isn't switched to, which costs them a slot in their users' states.
            _logger.NotPrepared(e, version, ns);
        }
    }

    private void StartFollowing(string ns) => _ = Task.Run(() => FollowAsync(ns, _closing.Token), CancellationToken.None);

    private async Task FollowAsync(string ns, CancellationToken cancellationToken)
    {
        var version = "";
        try
        {
            var history = await _documents.HistoryAsync(ns, cancellationToken);
            version = history.Next;
            if (history.Live == _live.Of(ns)?.Version) _missing.Remove(ns);
            if (history.Next.Length > 0 && history.Next != _live.NextOf(ns)?.Version) await PrepareForOthersAsync(ns, history.Next, cancellationToken);
            else if (history.Live.Length > 0 && history.Live != _live.Of(ns)?.Version) await TakeOverAsync(ns, cancellationToken);
            else if (history.Next.Length == 0)
            {
                _live.SetNext(ns, null);
                await WhileNobodySwitchesAsync(() => _pruning.RemoveCopiesAsync(ns, cancellationToken), cancellationToken);
            }
        }
        catch (Exception e) when (e is EngineException or InvalidDataException)
        {
            _logger.NotPrepared(e, version, ns);
        }
        catch (OperationCanceledException)
        {
            // The engine closes.
        }
    }

    private async Task PrepareForOthersAsync(string ns, string version, CancellationToken cancellationToken)
    {
        var model = await OpenAsync(ns, version, cancellationToken);
        await PrepareHereAsync(model, cancellationToken);
        await _roster!.ReadyAsync(ns, version, cancellationToken);
    }

    private Task TakeOverAsync(string ns, CancellationToken cancellationToken) => WhileNobodySwitchesAsync(
        async () =>
        {
            // As it is by now: what waited here is told more than once.
            var version = (await _documents.HistoryAsync(ns, cancellationToken)).Live;
            if (version == _live.Of(ns)?.Version) return;
            var model = _live.NextOf(ns) is { } next && next.Version == version ? next : await TryOpenAsync(ns, version, cancellationToken);
            if (model is null) _missing.Add(ns, version);
            else SetLive(model);
            await _pruning.RemoveCopiesAsync(ns, cancellationToken);
        },
        cancellationToken);

    /// <summary>Loads a stored model, fetched first where it isn't here.</summary>
    /// <exception cref="InvalidDataException">It's not there, or doesn't pass its checks.</exception>
    internal async Task<LiveModel> OpenAsync(string ns, string version, CancellationToken cancellationToken)
    {
        if (_shared is not null)
        {
            if (!_folder.Has(ns, version)) await FetchAsync(_shared, ns, version, cancellationToken);
            // The model may know items that another replica numbered a moment ago.
            await _items.RefreshAsync(cancellationToken);
        }

        try
        {
            return await Task.Run(() => _folder.Open(ns, version), cancellationToken);
        }
        catch (InvalidDataException) when (_shared is not null)
        {
            // It's only a copy: the next try fetches it anew.
            _folder.Remove(ns, version);
            throw;
        }
    }

    private async Task FetchAsync(SharedArtefacts shared, string ns, string version, CancellationToken cancellationToken)
    {
        using var work = _folder.NewWork();
        var artefact = work.Child("artefact");
        Directory.CreateDirectory(artefact);
        if (!await shared.TryFetchAsync(artefact, ns, version, cancellationToken)) throw new InvalidDataException($"The store doesn't have the artefact of model '{version}'.");
        try
        {
            _folder.Adopt(artefact, ns, version);
        }
        catch (IOException) when (_folder.Has(ns, version))
        {
            // It was fetched for an experiment or for a switch at the same time.
        }

        _logger.ModelFetched(version, ns);
    }

    private async Task<LiveModel?> TryOpenAsync(string ns, string version, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(ns, version, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            _logger.ModelDamaged(e, version, ns);
            return null;
        }
    }
}
