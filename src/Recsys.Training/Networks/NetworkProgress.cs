using Recsys.Training.Progress;

namespace Recsys.Training.Networks;

/// <summary>Turns steps into progress messages: at most two a second within an epoch, and one after each validation.</summary>
internal sealed class NetworkProgress(IProgress<TrainingProgress> progress, TimeProvider time, int epochs)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly long _started = time.GetTimestamp();
    private long _reported = time.GetTimestamp();
    private long _epochStarted;
    private int _epoch;
    private long _examples;
    private double _lossSum;
    private double _share;

    private double Loss => _examples == 0 ? 0 : _lossSum / _examples;

    private double Fraction => (_epoch - 1 + _share) / epochs;

    public void StartEpoch(int epoch)
    {
        (_epoch, _examples, _lossSum, _share) = (epoch, 0, 0, 0);
        _epochStarted = time.GetTimestamp();
    }

    /// <summary>A step is done.</summary>
    public void Stepped(double loss, int examples, double epochShare)
    {
        _examples += examples;
        _lossSum += loss * examples;
        _share = epochShare;
        if (time.GetElapsedTime(_reported) >= Interval)
            Report("train", $"epoch {_epoch} of {epochs}: {epochShare:P0}, loss {Loss:F4}", null, inEpoch: true);
    }

    /// <summary>An epoch is done and validated.</summary>
    public void Validated(double loss, bool isBest) =>
        Report("validate", FormattableString.Invariant($"epoch {_epoch} of {epochs}: loss {Loss:F4}, validation loss {loss:F4}{(isBest ? ", the best so far" : "")}, {Rate():N0} examples/s"), loss);

    /// <summary>The wide way has been added.</summary>
    /// <param name="losses">Of the validation part.</param>
    public void Joined((double Words, double Lstm, double Both) losses)
    {
        (_epoch, _share) = (epochs, 1);
        Report("validate", FormattableString.Invariant($"validation loss of words alone {losses.Words:F4}, of the LSTM alone {losses.Lstm:F4}, of both {losses.Both:F4}"), losses.Both);
    }

    private double Rate() => _examples / Math.Max(1e-9, time.GetElapsedTime(_epochStarted).TotalSeconds);

    private void Report(string phase, string message, double? validationLoss, bool inEpoch = false)
    {
        _reported = time.GetTimestamp();
        progress.Report(new TrainingProgress
        {
            Phase = phase,
            Epoch = _epoch,
            EpochCount = epochs,
            Fraction = Fraction,
            Loss = Loss,
            EventsPerSecond = Rate(),
            ValidationLoss = validationLoss,
            RemainingSeconds = Fraction > 0 ? time.GetElapsedTime(_started).TotalSeconds * (1 - Fraction) / Fraction : null,
            Message = message,
            InEpoch = inEpoch,
        });
    }
}
