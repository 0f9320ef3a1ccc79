using Recsys.Training.Progress;

namespace Recsys.Training.Tuning;

/// <summary>Turns the reports of one training into those of the whole tuning.</summary>
/// <param name="whole">Where to.</param>
/// <param name="forecast">Knows what is left.</param>
/// <param name="budget">Knows how long there is.</param>
internal sealed class TuningProgress(IProgress<TrainingProgress> whole, Forecast forecast, TuningBudget budget) : IProgress<TrainingProgress>
{
    private double _fraction;
    private double _done;
    private double _left;
    private double _work;
    private string _title = "";

    /// <summary>A training begins.</summary>
    /// <param name="title">Which.</param>
    /// <param name="rung">Its rung.</param>
    /// <param name="trial">Its trial.</param>
    /// <param name="epochs">Its epochs.</param>
    public void Begin(string title, int rung, Trial trial, int epochs)
    {
        (_title, _done, _left, _work) = (title, forecast.Done, forecast.Left(rung), forecast.Work(trial.Number, epochs));
    }

    /// <summary>A training of a rung is over.</summary>
    public void End(string message, int rung) => Say($"{_title}: {message}", forecast.Done, forecast.Left(rung), null);

    /// <summary>Something else happens.</summary>
    public void Note(string message) => whole.Report(new TrainingProgress { Phase = "tune", Fraction = _fraction, Message = message });

    public void Report(TrainingProgress value)
    {
        var done = _work * value.Fraction;
        Say($"{_title}: {value.Message}", _done + done, _left - done, value);
    }

    private void Say(string message, double done, double left, TrainingProgress? inner)
    {
        // What a failed or slower training took more than was thought must not move the bar back.
        _fraction = Math.Max(_fraction, done + left <= 0 ? 0 : Math.Clamp(done / (done + left), 0, 1));
        whole.Report(new TrainingProgress
        {
            Phase = "tune",
            Fraction = _fraction,
            Loss = inner?.Loss,
            EventsPerSecond = inner?.EventsPerSecond,
            RemainingSeconds = forecast.SecondsAWork() is { } second ? Math.Max(0, Math.Min(left * second, budget.Left)) : null,
            Message = message,
            InEpoch = inner is not null,
        });
    }
}
