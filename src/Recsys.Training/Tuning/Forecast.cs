namespace Recsys.Training.Tuning;

/// <summary>What trainings will take, by what those that are finished took.</summary>
/// <param name="plan">The rungs.</param>
/// <param name="trials">All trials, by number.</param>
/// <param name="ladder">Who takes part.</param>
/// <param name="state">What is finished.</param>
/// <param name="cost">Compares settings.</param>
internal sealed class Forecast(HalvingPlan plan, IReadOnlyList<Trial> trials, Ladder ladder, TuningState state, TrialCost cost)
{
    /// <summary>What is in epochs of the preset, so that it adds up before anything was measured.</summary>
    private readonly double[] _costs = [.. trials.Select(trial => cost.Of(trial.Settings) / cost.Of(trials[0].Settings))];

    /// <summary>Finished work, in epochs of the preset.</summary>
    public double Done => state.Finished.Sum(training => Work(training.Trial, training.Epochs));

    /// <summary>A training's work, in epochs of the preset.</summary>
    public double Work(int trial, int epochs) => _costs[trial] * epochs;

    /// <summary>Work that isn't finished, of this rung and of those above it, in epochs of the preset.</summary>
    public double Left(int rung)
    {
        var left = ladder.Contenders(rung).Where(trial => state.Of(trial.Number, rung) is null).Sum(trial => Work(trial.Number, plan.Rungs[rung].Epochs));
        var usual = _costs.Skip(1).Average();
        return left + plan.Rungs.Skip(rung + 1).Sum(later => later.Epochs * (_costs[0] + (later.Trials * usual)));
    }

    /// <summary>Seconds that an epoch of the preset takes; null: nothing tells yet.</summary>
    public double? SecondsAWork()
    {
        var told = state.Finished.Where(training => training.Failed is null).ToArray();
        var work = told.Sum(training => Work(training.Trial, training.Epochs));
        if (work > 0)
            return told.Sum(training => training.Seconds) / work;
        return state.Start!.SecondsAnEpoch > 0 ? state.Start.SecondsAnEpoch : null;
    }

    /// <summary>Seconds that a training will take; by the same trial's in a lower rung, where there is one. Null: nothing tells yet.</summary>
    public double? Seconds(Trial trial, int rung)
    {
        var epochs = plan.Rungs[rung].Epochs;
        var lower = ladder.Highest(trial, rung - 1);
        if (lower >= 0 && state.Of(trial.Number, lower) is { Failed: null } known)
            return known.Seconds / known.Epochs * epochs;
        return SecondsAWork() is { } second ? (Work(trial.Number, epochs) * second) + state.Start!.SecondsATraining : null;
    }
}
