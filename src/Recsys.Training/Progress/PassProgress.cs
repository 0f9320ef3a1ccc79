namespace Recsys.Training.Progress;

/// <summary>Passes on the reports of one of two equal passes over the data, as shares of both.</summary>
/// <param name="whole">Where to.</param>
/// <param name="second">Whether it's the second of them.</param>
internal sealed class PassProgress(IProgress<TrainingProgress> whole, bool second) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => whole.Report(value with
    {
        Fraction = (value.Fraction + (second ? 1 : 0)) / 2,
        // What is left of the first pass, and all of the second, which takes as long.
        RemainingSeconds = second || value.Fraction >= 1 ? value.RemainingSeconds : value.RemainingSeconds * (1 + (1 / (1 - value.Fraction))),
    });
}
