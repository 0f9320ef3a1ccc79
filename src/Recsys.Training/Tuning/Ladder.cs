namespace Recsys.Training.Tuning;

/// <summary>Who takes part in which rung, and who is best: read off the finished trainings alone, so that a tuning that goes on decides as one that never stopped.</summary>
/// <param name="plan">The rungs.</param>
/// <param name="trials">All trials, by number.</param>
/// <param name="state">What is finished.</param>
internal sealed class Ladder(HalvingPlan plan, IReadOnlyList<Trial> trials, TuningState state)
{
    /// <summary>The number of the last rung.</summary>
    public int LastRung => plan.Rungs.Count - 1;

    /// <summary>Who is to be trained in a rung: the preset, then the best drawn trials of the rungs before it, best first.</summary>
    public IReadOnlyList<Trial> Contenders(int rung)
    {
        var drawn = trials.Skip(1);
        var best = rung == 0 ? drawn : Ranked(rung - 1).Where(trial => !trial.IsPreset && state.Of(trial.Number, Highest(trial, rung - 1))!.Failed is null);
        return [trials[0], .. best.Take(plan.Rungs[rung].Trials)];
    }

    /// <summary>Trials that were trained, best first: whoever got further up, then by NDCG; a failed training is the last of its rung.</summary>
    /// <param name="upTo">The rungs above this one don't count.</param>
    public IEnumerable<Trial> Ranked(int upTo) => trials
        .Where(trial => Highest(trial, upTo) >= 0)
        .OrderByDescending(trial => Highest(trial, upTo))
        .ThenByDescending(trial => state.Of(trial.Number, Highest(trial, upTo))!.Ndcg() ?? -1)
        .ThenBy(trial => trial.Number);

    /// <summary>The highest rung up to a given one that a trial was trained in; -1: none.</summary>
    public int Highest(Trial trial, int upTo)
    {
        while (upTo >= 0 && state.Of(trial.Number, upTo) is null)
            upTo--;
        return upTo;
    }
}
