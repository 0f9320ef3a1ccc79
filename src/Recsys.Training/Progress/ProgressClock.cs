using Recsys.Inference.Evaluation;

namespace Recsys.Training.Progress;

/// <summary>Turns steps into progress messages: at most two a second within an epoch, and one after each epoch and validation.</summary>
internal sealed class ProgressClock(IProgress<TrainingProgress> progress, TimeProvider time, int epochs)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly long _started = time.GetTimestamp();
    private long _reported;
    private long _epochStarted;
    private int _epoch;
    private long _targets;
    private double _lossSum;
    private double _fraction;
    private double _before = -1;
    private double _epochRate;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public void StartEpoch(int epoch)
    {
        _epoch = epoch;
        _targets = 0;
        _lossSum = 0;
        _epochStarted = time.GetTimestamp();
        // A resumed training has done this much at another time.
        if (_before < 0)
            _before = (epoch - 1.0) / epochs;
    }

    /// <summary>A step is done.</summary>
    /// <param name="loss">Its mean loss.</param>
    /// <param name="targets">Its targets.</param>
    /// <param name="epochShare">Share of the epoch that is done with it.</param>
    public void Stepped(double loss, int targets, double epochShare)
    {
        _targets += targets;
        _lossSum += loss * targets;
        _epochRate = _targets / Math.Max(1e-9, time.GetElapsedTime(_epochStarted).TotalSeconds);
        _fraction = (_epoch - 1 + epochShare) / epochs;
        if (time.GetElapsedTime(_reported) >= Interval)
            Report("train", $"epoch {_epoch} of {epochs}: {epochShare:P0}, loss {Loss:F4}", null, inEpoch: true);
    }

    public void EndEpoch() => Report("train", $"epoch {_epoch} of {epochs}: loss {Loss:F4}, {_epochRate:N0} events/s", null);

    /// <summary>No epoch follows, though some were to.</summary>
    /// <param name="last">The last one that was run.</param>
    /// <param name="best">The one that was best.</param>
    public void EndedEarly(int last, int best)
    {
        (_epoch, _fraction) = (last, 1);
        Report("train", $"ended after epoch {last} of {epochs}: on held-out users epoch {best} was clearly better", null);
    }

    /// <summary>A validation is done.</summary>
    /// <param name="scores">Its figures.</param>
    /// <param name="terms">On what terms, behind "epoch 3 of 9"; the usual ones are empty, and only those are machine-readable.</param>
    public void Validated(IReadOnlyList<RankingScore> scores, string terms = "")
    {
        var decisive = scores.FirstOrDefault(score => score.K == 10) ?? scores[0];
        Report(
            "validate",
            $"epoch {_epoch} of {epochs}{terms}: NDCG@{decisive.K} {decisive.Ndcg:F4}, recall {decisive.Recall:F4}, MRR {decisive.Mrr:F4}, coverage {decisive.Coverage:P0}",
            terms.Length == 0 ? scores : null);
    }

    private double Loss => _targets == 0 ? 0 : _lossSum / _targets;

    private void Report(string phase, string message, IReadOnlyList<RankingScore>? scores, bool inEpoch = false)
    {
        _reported = time.GetTimestamp();
        progress.Report(new TrainingProgress
        {
            Phase = phase,
            Epoch = _epoch,
            EpochCount = epochs,
            Fraction = _fraction,
            Loss = Loss,
            EventsPerSecond = _epochRate,
            ValidationMetrics = scores,
            RemainingSeconds = _fraction <= _before ? null : Elapsed.TotalSeconds * (1 - _fraction) / (_fraction - _before),
            Message = message,
            InEpoch = inEpoch,
        });
    }
}
