using Recsys.Inference.Evaluation;
using Recsys.Training.Progress;
using Recsys.Training.Windows;
using static TorchSharp.torch;

namespace Recsys.Training.Session;

/// <summary>Trains a session network: epochs of shuffled batches, a validation now and then, the best validated weights kept.</summary>
internal sealed class SessionTrainer : IDisposable
{
    private readonly InteractionLog _log;
    private readonly TrainingSettings _settings;
    private readonly ProgressClock _clock;
    private readonly Window[] _windows;
    private readonly int[][]? _ownItems;
    private readonly SessionWeights _weights;
    private readonly SessionTorchNetwork _network;
    private readonly AdamW _optimizer;
    private readonly SessionValidator _validator;
    private readonly Random _order;
    private readonly Random _dropout;
    private readonly List<double> _losses = [];

    public SessionTrainer(
        InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress, TimeProvider time)
    {
        _log = log;
        _settings = settings;
        _clock = new ProgressClock(progress, time, settings.Epochs);
        set_num_threads(settings.Threads);
        _windows = Window.Cut(log, split, settings.WindowLength);
        _ownItems = settings.MaskOwnItems ? OwnItems.Of(log, split.TrainingEnds) : null;
        _weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, settings.Seed);
        _network = new SessionTorchNetwork(settings, _weights.Layout, settings.BFloat16);
        _optimizer = new AdamW(_weights, settings.WeightDecay, settings.ClipNorm);
        _validator = new SessionValidator(log, split, settings, _weights.Layout, _ownItems);
        _order = SeededRandom.Create(settings.Seed, stream: 3);
        _dropout = SeededRandom.Create(settings.Seed, stream: 4);
    }

    /// <summary>Trains to the end. The weights are those of the best validated epoch, or of the last where nothing was held out.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; checked at every step.</exception>
    /// <exception cref="TrainingException">The loss is no longer a number.</exception>
    public TrainedSession Train(CancellationToken cancellation)
    {
        _network.Load(_weights);
        SessionWeights best = _weights;
        IReadOnlyList<RankingScore> metrics = [];
        var bestEpoch = _settings.Epochs;
        double bestNdcg = double.NegativeInfinity;
        for (var epoch = 1; epoch <= _settings.Epochs; epoch++)
        {
            RunEpoch(epoch, cancellation);
            if (_validator.UserCount == 0 || (epoch % _settings.ValidateEvery != 0 && epoch != _settings.Epochs))
                continue;
            var scores = _validator.Validate(_weights, cancellation);
            _clock.Validated(scores);
            var ndcg = scores.First(score => score.K == SessionValidator.DecisiveK).Ndcg;
            if (ndcg <= bestNdcg)
                continue;
            (best, bestEpoch, bestNdcg, metrics) = (_weights.Copy(), epoch, ndcg, scores);
        }
        return new TrainedSession(best, bestEpoch, metrics, _losses, _clock.Elapsed);
    }

    public void Dispose()
    {
        _network.Dispose();
        _validator.Dispose();
    }

    private void RunEpoch(int epoch, CancellationToken cancellation)
    {
        var batches = BatchPlan.Create(_windows, _settings.BatchWindows, _settings.BatchTargets, _order);
        _clock.StartEpoch(epoch);
        for (var i = 0; i < batches.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            // The middle of the step, so that neither the first nor the last has a rate of nothing.
            var done = (epoch - 1 + (i + 0.5) / batches.Count) / _settings.Epochs;
            var batch = Batch.ToLearn(_log, batches[i]);
            var loss = Step(batch, _settings.LearningRate * LearningRateSchedule.Factor(done, _settings.WarmUpShare));
            _losses.Add(loss);
            _clock.Stepped(loss, batch.Targets.Length, (double)(i + 1) / batches.Count);
        }
        _clock.EndEpoch();
    }

    private double Step(Batch batch, double rate)
    {
        using var scope = NewDisposeScope();
        var outputs = _network.Forward(batch, _dropout);
        var ownItems = _ownItems;
        var gradients = ChunkedSoftmax.Compute(
            outputs, _network.ItemEmbedding, _network.ItemBias, batch.Targets, ownItems is null ? null : t => ownItems[batch.Users[t]], _settings.BFloat16);
        if (!double.IsFinite(gradients.Loss))
            throw Diverged($"the loss became {gradients.Loss}");
        outputs.backward([gradients.Outputs]);
        _network.AddGradients(gradients.Embedding, gradients.Bias);
        var norm = _optimizer.Step(_network, rate);
        if (!double.IsFinite(norm))
            throw Diverged($"the gradients' norm became {norm}");
        return gradients.Loss;
    }

    private TrainingException Diverged(string what) => new(
        $"the training diverged at step {_losses.Count + 1}: {what}; nothing was written. Try a lower --learning-rate than {_settings.LearningRate} or another --seed",
        ExitCodes.Failed);
}
