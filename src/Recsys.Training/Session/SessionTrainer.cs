using Recsys.Inference.Evaluation;
using Recsys.Training.Progress;
using Recsys.Training.Windows;
using static TorchSharp.torch;

namespace Recsys.Training.Session;

/// <summary>
/// Trains a session network: epochs of shuffled batches, each shared out among lanes, a validation now and then, the last weights kept unless earlier ones were
/// clearly better.
/// </summary>
internal sealed class SessionTrainer : IDisposable
{
    private readonly InteractionLog _log;
    private readonly TrainingSettings _settings;
    private readonly ProgressClock _clock;
    private readonly ValidationSplit _split;
    private readonly SessionWeights _weights;
    private readonly TrainingLane[] _lanes;
    private readonly SessionTorchNetwork[] _networks;
    private readonly AdamW _optimizer;
    private readonly SessionValidator _validator;
    private readonly Random _order;
    private readonly List<double> _losses = [];

    public SessionTrainer(
        InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress, TimeProvider time)
    {
        _log = log;
        _settings = settings;
        _clock = new ProgressClock(progress, time, settings.Epochs);
        // Threads are ours: one a lane.
        set_num_threads(1);
        _split = split;
        var ownItems = settings.MaskOwnItems ? OwnItems.Of(log, split.TrainingEnds) : null;
        _weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, settings.Seed);
        _weights.StartAtPopularity(log.CountTargets(split.TrainingEnds));
        _lanes = [.. Enumerable.Range(0, settings.Threads).Select(number => new TrainingLane(number, settings, _weights.Layout, ownItems))];
        _networks = Array.ConvertAll(_lanes, lane => lane.Network);
        _optimizer = new AdamW(_weights, settings.WeightDecay, settings.ClipNorm);
        _validator = new SessionValidator(log, split, settings, _weights.Layout, ownItems);
        _order = SeededRandom.Create(settings.Seed, stream: 3);
    }

    /// <summary>
    /// Trains to the end. The weights are the last epoch's: the rate has fallen to zero by then, and among some hundred held-out users the best of ten
    /// validations is mostly luck (on ML-100K it once kept epoch 8 of 20). Earlier ones are kept only where they were better beyond such luck.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; checked at every step.</exception>
    /// <exception cref="TrainingException">The loss is no longer a number.</exception>
    public TrainedSession Train(CancellationToken cancellation)
    {
        foreach (var network in _networks)
            network.Load(_weights);
        Checkpoint? best = null;
        var last = new Checkpoint(_weights, _settings.Epochs, []);
        for (var epoch = 1; epoch <= _settings.Epochs; epoch++)
        {
            RunEpoch(epoch, cancellation);
            if (_validator.UserCount == 0 || (epoch % _settings.ValidateEvery != 0 && epoch != _settings.Epochs))
                continue;
            var scores = _validator.Validate(_weights, cancellation);
            _clock.Validated(scores);
            last = new Checkpoint(_weights, epoch, scores);
            if (best is null || last.Ndcg > best.Ndcg)
                best = last with { Weights = _weights.Copy() };
        }
        var kept = best is not null && best.Ndcg - last.Ndcg > Luck(best.Ndcg) ? best : last;
        return new TrainedSession(kept.Weights, kept.Epoch, kept.Scores, _losses, _clock.Elapsed);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
        _validator.Dispose();
    }

    /// <summary>Two standard errors of the mean of the held-out users' figures, each between 0 and 1.</summary>
    private double Luck(double mean) => 2 * Math.Sqrt(mean * (1 - mean) / _validator.UserCount);

    private void RunEpoch(int epoch, CancellationToken cancellation)
    {
        var log = TieShuffle.Shuffle(_log, _split.TrainingEnds, _order);
        var batches = BatchPlan.Create(Window.Cut(log, _split, _settings.WindowLength), _settings.BatchWindows, _settings.BatchTargets, _order);
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

    private double Step(InteractionLog log, Window[] batch, int targets, double rate)
    {
        // Windows of a batch are sorted by length: dealt out in turn, every lane gets about the same work.
        var shares = Math.Min(_lanes.Length, batch.Length);
        var losses = new double[shares];
        Parallel.For(0, shares, lane =>
        {
            var windows = batch.Where((_, i) => i % shares == lane).ToArray();
            losses[lane] = _lanes[lane].Learn(Batch.ToLearn(log, windows), targets);
        });
        var loss = losses.Sum();
        if (!double.IsFinite(loss))
            throw Diverged($"the loss became {loss}");
        var norm = _optimizer.Step(_networks, rate);
        if (!double.IsFinite(norm))
            throw Diverged($"the gradients' norm became {norm}");
        return loss;
    }

    private TrainingException Diverged(string what) => new(
        $"the training diverged at step {_losses.Count + 1}: {what}; nothing was written. Try a lower --learning-rate than {_settings.LearningRate} or another --seed",
        ExitCodes.Failed);

    private sealed record Checkpoint(SessionWeights Weights, int Epoch, IReadOnlyList<RankingScore> Scores)
    {
        public double Ndcg { get; } = Scores.FirstOrDefault(score => score.K == SessionValidator.DecisiveK)?.Ndcg ?? 0;
    }
}
