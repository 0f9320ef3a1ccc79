namespace Recsys.Serving.Models;

/// <summary>Passes the reports of a part of a job on, its fraction scaled into the whole's.</summary>
/// <param name="whole">Where to.</param>
/// <param name="from">Where the part begins in the whole.</param>
/// <param name="to">Where it ends.</param>
internal sealed class ScaledProgress(IProgress<TrainingProgress> whole, double from, double to) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => whole.Report(value with { Fraction = from + ((to - from) * Math.Clamp(value.Fraction, 0, 1)) });

    /// <summary>Reports a share of this part, with a line for people.</summary>
    public void Report(string phase, double fraction, string message) => Report(new TrainingProgress { Phase = phase, Fraction = fraction, Message = message });
}
