using Microsoft.Extensions.Logging;
using Recsys.Serving.Models;
using Recsys.Storage;

namespace Recsys.Serving.Learning;

/// <summary>
/// Trains namespaces by itself, on a schedule or after so many new interactions: one training at a time, by one server of a shared store, in the trainer's own process. A training that fails
/// is told, counted and tried again after a growing pause; lists never wait for one.
/// </summary>
public sealed class ContinuousLearning : IAsyncDisposable
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    private readonly IRecsysStore _store;
    private readonly ModelRegistry _models;
    private readonly EngineOptions _options;
    private readonly LearningSchedule _schedule;
    private readonly ServingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _owner = Guid.NewGuid().ToString("n");
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    internal ContinuousLearning(
        IRecsysStore store, ModelRegistry models, EngineOptions options, ServingMetrics metrics, TimeProvider time, ILogger logger)
    {
        _store = store;
        _models = models;
        _options = options;
        _schedule = LearningSchedule.Of(options);
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>What it does with a namespace.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<LearningStatus> StatusAsync(string ns, CancellationToken cancellationToken)
    {
        var (state, _) = await StoreFailure.GuardAsync(() => LearningLease.ReadAsync(_store, cancellationToken));
        var learning = state.Of(ns);
        var isAlive = !_store.IsShared || StoreLease.Holds(state.LeaseEndMs, _time);
        return new()
        {
            Enabled = _schedule.IsOn,
            Training = isAlive && state.Training == ns,
            NewInteractionCount = learning.NewCount,
            LastStartMs = learning.LastStartMs,
            LastEndMs = learning.LastEndMs,
            Outcome = learning.Outcome,
            Message = learning.Message,
            FailureCount = learning.Failures,
            NextTimeMs = _schedule.IsOn ? _schedule.NextTime(learning, _time.GetUtcNow())?.ToUnixTimeMilliseconds() ?? 0 : 0,
        };
    }

    /// <summary>Counts what is new and trains every namespace that is due, one after the other; false: another server does.</summary>
    /// <exception cref="StoreUnavailableException">The store is down.</exception>
    /// <exception cref="EngineException">Unavailable: likewise.</exception>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        // The lease is this process': two looks of it would take it from each other.
        await _looking.WaitAsync(cancellationToken);
        try
        {
            return await LookAsync(cancellationToken);
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Ends what runs, the trainer's process included.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
        _looking.Dispose();
    }

    /// <summary>Begins to look for what is due, now and then; off where no schedule is set.</summary>
    internal void Start()
    {
        if (_schedule.IsOn && !_options.IsReplay) _running = Task.Run(LoopAsync);
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (await LearningLease.TakeAsync(_store, _owner, _time, cancellationToken) is not { } lease) return false;
        try
        {
            if (!await InteractionCount.CatchUpAsync(_store, lease, cancellationToken)) return false;
            foreach (var ns in lease.State.Namespaces.Keys.Order(StringComparer.Ordinal))
            {
                if (!await NoteLiveModelAsync(lease, ns, cancellationToken)) return false;
                if (_schedule.IsDue(lease.State.Of(ns), _time.GetUtcNow()) && !_models.IsBusy) await TrainAsync(lease, ns, cancellationToken);
            }

            return true;
        }
        finally
        {
            await lease.ReleaseAsync();
        }
    }

    /// <summary>
    /// A model that went live otherwise, by hand, by a roll-back or before this was switched on, is where counting begins: who rolled back isn't overruled by the next look. Of one that was
    /// there before the first look the interactions it was trained on are known.
    /// </summary>
    private async ValueTask<bool> NoteLiveModelAsync(LearningLease lease, string ns, CancellationToken cancellationToken)
    {
        var learning = lease.State.Of(ns);

        // As it was decided, not as it's loaded here: replicas that have it at different times, or can't load it, would begin to count anew by turns.
        var live = await _models.DecidedAsync(ns, cancellationToken);
        var version = live?.ModelVersion ?? "";
        if (version == learning.Model) return true;
        var isFirst = learning is { Model: "", LastStartMs: 0 };
        var next = learning with
        {
            Model = version,
            Trained = live is null ? 0 : isFirst ? Math.Min(learning.Counted, live.InteractionCount) : learning.Counted,
            LastStartMs = live is null ? learning.LastStartMs : Math.Max(learning.LastStartMs, live.CreateTimeMs),
        };
        return await lease.CommitAsync(state => state.With(ns, next), cancellationToken);
    }

    private async Task TrainAsync(LearningLease lease, string ns, CancellationToken cancellationToken)
    {
        var before = lease.State.Of(ns);
        _logger.LearningBegins(ns, before.NewCount);
        var startMs = NowMs;
        if (!await lease.CommitAsync(state => state with { Training = ns }, cancellationToken)) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(lease, ns, stop);
        NamespaceLearning after;
        try
        {
            after = await TrainAsync(ns, before with { Trained = before.Counted, LastStartMs = startMs, Failures = 0, NotBeforeMs = 0, Message = "" }, before, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The lease is lost: whoever has it says what comes of it.
            return;
        }
        finally
        {
            await stop.CancelAsync();
            await renewing;
        }

        _metrics.Learned(after.Outcome);
        await lease.CommitAsync(state => state.With(ns, after with { LastEndMs = NowMs }) with { Training = "" }, cancellationToken);
    }

    /// <summary>What is to be remembered after a training.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="done">If it went well.</param>
    /// <param name="before">What was.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<NamespaceLearning> TrainAsync(string ns, NamespaceLearning done, NamespaceLearning before, CancellationToken cancellationToken)
    {
        try
        {
            var options = new TrainingOptions { Threads = _options.LearnThreads, WarmStart = !_options.LearnCold, Gate = true };
            ModelRecord? model = null;
            await foreach (var (_, finished) in _models.TrainAsync(ns, options, cancellationToken)) model = finished ?? model;
            var outcome = model!.Live ? LearningOutcome.Promoted : LearningOutcome.Refused;
            var message = $"{model.ModelVersion}: {model.Verdict}".TrimEnd(' ', ':');
            _logger.LearningEnded(ns, outcome, message);

            // A refused model is none to count from anew: but neither is the same data tried again at once.
            return done with { Outcome = outcome, Message = message, Model = model.Live ? model.ModelVersion : before.Model };
        }
        catch (EngineException e) when (e.Reason == "TOO_FEW_INTERACTIONS")
        {
            _logger.LearningEnded(ns, LearningOutcome.TooFew, e.Message);
            return done with { Outcome = LearningOutcome.TooFew, Message = e.Message };
        }
        catch (EngineException e) when (e.Reason == "TRAINING_RUNNING")
        {
            // Somebody was a moment faster, by hand: the next look finds out what came of it.
            return before;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failures = before.Failures + 1;
            var pause = LearningSchedule.PauseAfter(failures);
            _logger.LearningFailed(e, ns, failures, pause);
            return before with
            {
                LastStartMs = done.LastStartMs,
                Outcome = LearningOutcome.Failed,
                Message = e.Message,
                Failures = failures,
                NotBeforeMs = NowMs + (long)pause.TotalMilliseconds,
            };
        }
    }

    /// <summary>Prolongs the lease while a training runs, and ends the training where it's lost.</summary>
    private async Task RenewAsync(LearningLease lease, string ns, CancellationTokenSource training)
    {
        if (!_store.IsShared) return;
        try
        {
            using var timer = new PeriodicTimer(Renewal, _time);
            while (await timer.WaitForNextTickAsync(training.Token))
            {
                try
                {
                    if (await lease.CommitAsync(state => state, training.Token)) continue;
                    _logger.LearningTakenOver(ns);
                    await training.CancelAsync();
                    return;
                }
                catch (StoreUnavailableException e)
                {
                    // A store that is back before the lease's end changes nothing; a later one tells by the next write.
                    _logger.LearningStoreDown(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The training is over.
        }
    }

    // A look for new entries costs a shared store thousands of reads, one or two a partition, also when nothing is new.
    private Task LoopAsync() => Repeated.RunAsync(TryAsync, _store.IsShared ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(2), _time, _stopping.Token);

    private async Task TryAsync()
    {
        try
        {
            await RunOnceAsync(_stopping.Token);
        }
        catch (Exception e) when (e is StoreUnavailableException or EngineException { Kind: EngineErrorKind.Unavailable })
        {
            _logger.LearningStoreDown(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Learning must never end the server; whatever is wrong is said at every look until it's put right.
            _logger.LearningBroke(e);
        }
    }
}
