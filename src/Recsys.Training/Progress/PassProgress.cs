namespace Recsys.Training.Progress;

/// <summary>Passes on the reports of one of several equal parts of the work, as shares of all.</summary>
/// <param name="whole">Where to.</param>
/// <param name="part">Which part it is, from 0.</param>
/// <param name="parts">How many there are.</param>
internal sealed class PassProgress(IProgress<TrainingProgress> whole, int part, int parts) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => whole.Report(value with
    {
        Fraction = (value.Fraction + part) / parts,
        // What is left of this part, and all of those to come, which take as long.
        RemainingSeconds = part == parts - 1 || value.Fraction >= 1 ? value.RemainingSeconds : value.RemainingSeconds * (1 + ((parts - 1 - part) / (1 - value.Fraction))),
    });
}
