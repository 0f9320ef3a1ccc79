using Recsys.Inference.Evaluation;
using Recsys.Training.Session;

namespace Recsys.Training.Tuning;

/// <summary>Whose settings come out of a tuning: the best trial's only where it is better than the preset beyond chance, else the preset's.</summary>
/// <param name="Chosen">Whose.</param>
/// <param name="Best">The best trial of the last rung beside the preset; null: none got there.</param>
/// <param name="Difference">Its NDCG@10 less the preset's, paired by held-out user; null: there is nothing to compare.</param>
/// <param name="Reason">A line for people.</param>
internal sealed record Verdict(Trial Chosen, Trial? Best, DifferenceInterval? Difference, string Reason)
{
    /// <summary>Judges by the last rung.</summary>
    public static Verdict Of(Ladder ladder, IReadOnlyList<Trial> trials, TuningState state, long seed)
    {
        var (preset, last) = (trials[0], ladder.LastRung);
        var usual = state.Of(0, last);
        var best = ladder.Ranked(last).FirstOrDefault(trial => !trial.IsPreset && state.Of(trial.Number, last) is { Failed: null });
        if (best is null)
            return new(preset, null, null, "No trial beside the preset was trained to the end: it stays as it is.");
        if (usual is null)
            return new(preset, best, null, $"The preset wasn't trained to the end, so that nothing tells whether trial {best.Number} is better: it stays as it is.");
        if (usual.Failed is not null)
            return new(best, best, null, $"The preset failed ({usual.Failed}): trial {best.Number} is the best of those that didn't.");
        var found = state.Of(best.Number, last)!;
        var differences = found.Ranks.Zip(usual.Ranks, (one, other) => FinishedTraining.NdcgOf(one) - FinishedTraining.NdcgOf(other)).ToArray();
        int[] users = [.. Enumerable.Range(0, differences.Length)];
        var difference = PairedBootstrap.Intervals([differences], users, users.Length, seed)[0];
        var figures = FormattableString.Invariant($"{difference.Mean:+0.0000;-0.0000;0.0000} NDCG@{SessionValidator.DecisiveK} against the preset, ")
            + FormattableString.Invariant($"95 % interval {difference.Low:+0.0000;-0.0000;0.0000} to {difference.High:+0.0000;-0.0000;0.0000}, {users.Length:N0} users");
        return difference is { Mean: > 0, Low: >= 0 }
            ? new(best, best, difference, $"Trial {best.Number} is better than the preset: {figures}.")
            : new(preset, best, difference, $"No trial is better than the preset beyond chance: it stays as it is. The best, trial {best.Number}: {figures}.");
    }
}
