using Recsys.Training.Backpropagation;
using Recsys.Training.Progress;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>
/// Trains a session network: epochs of shuffled batches, each shared out among lanes, a validation now and then, the last weights kept unless earlier ones were
/// clearly better. Ends early where the network has long been learning by heart.
/// </summary>
internal sealed class SessionTrainer : IDisposable
{
    /// <summary>Validations after the best that a training goes on for. At full rate some are worse than the ones before and are made good when the rate falls.</summary>
    private const int Patience = 3;

    private readonly InteractionLog _log;
    private readonly TrainingSettings _settings;
    private readonly ProgressClock _clock;
    private readonly ValidationSplit _split;
    private readonly SessionWeights _weights;
    private readonly TrainingLane[] _lanes;
    private readonly SharedWeights _shared;
    private readonly LaneGradients[] _gradients;
    private readonly Optimizer _optimizer;
    private readonly SessionValidator _validator;
    private readonly List<double> _losses = [];
    private readonly TextWriter _warnings;
    private readonly int _epochs;
    private readonly CheckpointFile? _checkpoint;
    private TimeSpan _before;
    private bool _warned;

    /// <param name="log">The data.</param>
    /// <param name="split">What is held out.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="progress">Hears of it.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="checkpoint">Where to keep what is needed to go on after an epoch; null: nowhere.</param>
    /// <param name="warnings">Hears of checkpoints that couldn't be written.</param>
    /// <param name="begin">Changes the fresh weights before anything is learned; null: nothing does.</param>
    public SessionTrainer(
        InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress, TimeProvider time,
        CheckpointFile? checkpoint = null, TextWriter? warnings = null, Action<SessionWeights>? begin = null)
    {
        _log = log;
        _settings = settings;
        _epochs = settings.EpochsToRun > 0 ? settings.EpochsToRun : settings.Epochs;
        _clock = new ProgressClock(progress, time, _epochs);
        _split = split;
        var ownItems = settings.MaskOwnItems ? OwnItems.Of(log, split.TrainingEnds) : null;
        _weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, settings.Seed);
        // Without gradients they stay zero, and the network that serves needs no other code.
        if (!settings.Strengths)
            _weights["strength_embedding"].Clear();
        var counts = log.CountTargets(split.TrainingEnds);
        _weights.StartAtPopularity(counts);
        begin?.Invoke(_weights);
        var sampler = new ItemSampler(counts);
        _shared = new SharedWeights(_weights, settings.BFloat16, items: settings.Negatives == 0);
        // No batch has work for more lanes.
        _lanes = [.. Enumerable.Range(0, Math.Min(settings.Threads, settings.BatchWindows)).Select(number => new TrainingLane(number, settings, _weights.Layout, _shared, sampler, ownItems))];
        _gradients = Array.ConvertAll(_lanes, lane => lane.Gradients);
        _optimizer = new Optimizer(_weights, settings.WeightDecay, settings.ClipNorm, settings.Muon, settings.BFloat16);
        _validator = new SessionValidator(log, split, settings, ownItems);
        _checkpoint = checkpoint;
        _warnings = warnings ?? TextWriter.Null;
    }

    /// <summary>
    /// Trains to the end. The weights are the last epoch's: the rate has fallen to zero by then, and among some hundred held-out users the best of ten
    /// validations is mostly luck (on ML-100K it once kept epoch 8 of 20). Earlier ones are kept only where they were better beyond such luck.
    /// </summary>
    /// <param name="resumed">Where to go on; null: from the start.</param>
    /// <param name="cancellation">Ends it; checked at every step.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TrainingException">The loss is no longer a number.</exception>
    public TrainedSession Train(Checkpoint? resumed, CancellationToken cancellation)
    {
        var (best, bestWeights) = resumed is null ? (null, null) : Restore(resumed);
        var last = resumed?.Last ?? new ValidatedEpoch(_epochs, []);
        _shared.Refresh();
        for (var epoch = (resumed?.Epoch ?? 0) + 1; epoch <= _epochs && !IsLearningByHeart(best, last); epoch++)
        {
            RunEpoch(epoch, cancellation);
            if (_validator.UserCount > 0 && (epoch % _settings.ValidateEvery == 0 || epoch == _epochs))
            {
                last = Validate(epoch, cancellation);
                if (best is null || last.Ndcg() > best.Ndcg())
                    (best, bestWeights) = (last, _weights.Copy());
            }
            Keep(epoch, last, best, bestWeights);
        }
        if (last.Epoch < _epochs)
            _clock.EndedEarly(last.Epoch, best!.Epoch);
        var (kept, weights) = IsClearlyWorse(last, best) ? (best!, bestWeights!) : (last, _weights);
        return new TrainedSession(weights, kept.Epoch, kept.Scores, kept.TimedScores, _losses, _before + _clock.Elapsed);
    }

    /// <summary>One step of the optimiser.</summary>
    /// <param name="log">The data.</param>
    /// <param name="batch">Windows of it.</param>
    /// <param name="targets">Their targets.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>The mean cross-entropy a target in nats, before the step.</returns>
    /// <exception cref="TrainingException">The loss is no longer a number.</exception>
    public double Step(InteractionLog log, Window[] batch, int targets, double rate)
    {
        // Windows of a batch are sorted by length: dealt out in turn, every lane gets about the same work.
        var shares = Math.Min(_lanes.Length, batch.Length);
        var losses = new double[shares];
        Parallel.For(0, shares, lane =>
        {
            var windows = batch.Where((_, i) => i % shares == lane).ToArray();
            losses[lane] = _lanes[lane].Learn(log, windows, targets);
        });
        var loss = losses.Sum();
        if (!double.IsFinite(loss))
            throw Diverged($"the loss became {loss}");
        var norm = _optimizer.Step(_gradients, rate);
        _shared.Refresh();
        if (!double.IsFinite(norm))
            throw Diverged($"the gradients' norm became {norm}");
        return loss;
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
        _shared.Dispose();
    }

    /// <summary>Whether an epoch is worse by more than two standard errors of the mean of the held-out users' figures, each between 0 and 1.</summary>
    private bool IsClearlyWorse(ValidatedEpoch last, ValidatedEpoch? best) =>
        best is not null && best.Ndcg() - last.Ndcg() > 2 * Math.Sqrt(best.Ndcg() * (1 - best.Ndcg()) / _validator.UserCount);

    private bool IsLearningByHeart(ValidatedEpoch? best, ValidatedEpoch last) => IsClearlyWorse(last, best) && last.Epoch - best!.Epoch >= Patience * _settings.ValidateEvery;

    private (ValidatedEpoch? Best, SessionWeights? Weights) Restore(Checkpoint from)
    {
        from.Weights.CopyTo(_weights.Values, 0);
        _optimizer.Restore(from.Steps, from.Mean, from.Square);
        _losses.AddRange(from.Losses);
        _before = from.Elapsed;
        return (from.Best, from.BestWeights.Length == 0 ? null : new SessionWeights(_weights.Layout, from.BestWeights));
    }

    private void Keep(int epoch, ValidatedEpoch last, ValidatedEpoch? best, SessionWeights? bestWeights)
    {
        if (_checkpoint is null)
            return;
        try
        {
            _checkpoint.Write(new Checkpoint(
                epoch, _optimizer.Steps, _weights.Values, _optimizer.Mean.ToArray(), _optimizer.Square.ToArray(), [.. _losses], last, best, bestWeights?.Values ?? [],
                _before + _clock.Elapsed));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A training of hours doesn't end because its checkpoint can't be kept.
            if (!_warned)
                _warnings.WriteLine($"recsys-train: the checkpoint {_checkpoint.Path} can't be written ({e.Message}); the training goes on without one");
            _warned = true;
        }
    }

    private ValidatedEpoch Validate(int epoch, CancellationToken cancellation)
    {
        var scores = _validator.Validate(_weights, timeKnown: false, cancellation);
        _clock.Validated(scores);
        if (!_settings.Network.TimeGaps)
            return new ValidatedEpoch(epoch, scores);
        var timed = _validator.Validate(_weights, timeKnown: true, cancellation);
        _clock.Validated(timed, ", told the time of the request");
        return new ValidatedEpoch(epoch, scores, timed);
    }

    private void RunEpoch(int epoch, CancellationToken cancellation)
    {
        var order = SeededRandom.Create(_settings.Seed, 3, epoch);
        foreach (var lane in _lanes)
            lane.StartEpoch(epoch);
        var log = TieShuffle.Shuffle(_log, _split.TrainingEnds, order);
        var batches = BatchPlan.Create(Window.Cut(log, _split, _settings.WindowLength, order), _settings.BatchWindows, _settings.BatchTargets, order);
        _clock.StartEpoch(epoch);
        for (var i = 0; i < batches.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            // The middle of the step, so that neither the first nor the last has a rate of nothing.
            var done = (epoch - 1 + (i + 0.5) / batches.Count) / _settings.Epochs;
            var targets = batches[i].Sum(window => window.Targets);
            var loss = Step(log, batches[i], targets, _settings.LearningRate * LearningRateSchedule.Factor(done, _settings.WarmUpShare));
            _losses.Add(loss);
            _clock.Stepped(loss, targets, (double)(i + 1) / batches.Count);
        }
        _clock.EndEpoch();
    }

    private DivergedException Diverged(string what) => new(
        $"the training diverged at step {_losses.Count + 1}: {what}",
        $"nothing was written. Try a lower --learning-rate than {_settings.LearningRate} or another --seed");
}
