using System.Text.Json.Nodes;
using Recsys.Training.Tuning;

namespace Recsys.TrainingTests.Tuning;

public sealed class VerdictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Trial[] _trials = [.. Enumerable.Range(0, 3).Select(number => new Trial(number, new JsonObject(), SampleSettings.Tiny with { LearningRate = 0.001 * (number + 1) }))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_trial_that_is_clearly_better_when_judged_then_it_replaces_the_preset()
    {
        var verdict = Judge([.. Enumerable.Repeat(4, 100)], [.. Enumerable.Repeat(3, 100)], [.. Enumerable.Repeat(2, 100)]);
        Assert.Equal((2, 2), (verdict.Chosen.Number, verdict.Best!.Number));
        Assert.Equal(FinishedTraining.NdcgOf(2) - FinishedTraining.NdcgOf(4), verdict.Difference!.Value.Mean, 1e-12);
        Assert.StartsWith("Trial 2 is better than the preset: +0.2", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_is_better_by_chance_when_judged_then_the_preset_stays()
    {
        // One of a hundred users gains, and a third of the resamples draw everybody but that one.
        var verdict = Judge([.. Enumerable.Repeat(4, 100)], [1, 9, 9, .. Enumerable.Repeat(4, 97)], [2, .. Enumerable.Repeat(4, 99)]);
        Assert.Equal((0, 1), (verdict.Chosen.Number, verdict.Best!.Number));
        Assert.True(verdict.Difference!.Value.Mean > 0 && verdict.Difference.Value.Low <= 0, verdict.Reason);
    }

    [Fact]
    public void A_trial_that_is_as_good_when_judged_then_the_preset_stays()
    {
        var verdict = Judge([.. Enumerable.Repeat(4, 100)], [.. Enumerable.Repeat(4, 100)], null);
        Assert.Equal((0, 1, 0.0), (verdict.Chosen.Number, verdict.Best!.Number, verdict.Difference!.Value.Low));
    }

    [Fact]
    public void A_last_rung_without_trials_or_without_the_preset_when_judged_then_the_preset_stays()
    {
        Assert.Contains("No trial beside the preset was trained to the end", Judge([1, 1], null, null).Reason, StringComparison.Ordinal);
        var verdict = Judge(null, [1, 1], null);
        Assert.True(verdict.Chosen.IsPreset);
        Assert.Contains("nothing tells whether trial 1 is better", verdict.Reason, StringComparison.Ordinal);
    }

    private Verdict Judge(params int[]?[] ranks)
    {
        var folder = _folder.Child(Guid.NewGuid().ToString());
        using var state = TuningState.Open(folder);
        for (var trial = 0; trial < ranks.Length; trial++)
            if (ranks[trial] is { } found)
                state.Add(new FinishedTraining { Trial = trial, Rung = 0, Epochs = 1, Ranks = found, Seconds = 1 });
        return Verdict.Of(new Ladder(HalvingPlan.Create(3, 1), _trials, state), _trials, state, seed: 1);
    }
}
