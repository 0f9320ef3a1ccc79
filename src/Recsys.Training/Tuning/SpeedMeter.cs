using Recsys.Training.Progress;

namespace Recsys.Training.Tuning;

/// <summary>Watches a training until it knows how fast it goes; what it does before its first report, such as compiling, doesn't count.</summary>
/// <param name="time">Measures it.</param>
/// <param name="seconds">How long to watch.</param>
/// <param name="epochs">Epochs of the whole training.</param>
/// <param name="enough">Called when it knows.</param>
internal sealed class SpeedMeter(TimeProvider time, double seconds, int epochs, Action enough) : IProgress<TrainingProgress>
{
    private readonly long _started = time.GetTimestamp();
    private (long Moment, double Fraction)? _first;

    /// <summary>As of the newest report.</summary>
    public double SecondsAnEpoch { get; private set; } = double.PositiveInfinity;

    public void Report(TrainingProgress value)
    {
        if (value.Fraction <= 0)
            return;
        _first ??= (time.GetTimestamp(), value.Fraction);
        if (value.Fraction == _first.Value.Fraction)
            return;
        SecondsAnEpoch = time.GetElapsedTime(_first.Value.Moment).TotalSeconds / (epochs * (value.Fraction - _first.Value.Fraction));
        if (time.GetElapsedTime(_started).TotalSeconds >= seconds)
            enough();
    }
}
