namespace Recsys.Training.Session;

/// <summary>A training whose loss or gradients are no longer numbers.</summary>
/// <param name="reason">What became of which, and when.</param>
/// <param name="advice">What to do about it.</param>
internal sealed class DivergedException(string reason, string advice) : TrainingException($"{reason}; {advice}", ExitCodes.Failed)
{
    /// <summary>What became of which, and when.</summary>
    public string Reason { get; } = reason;
}
