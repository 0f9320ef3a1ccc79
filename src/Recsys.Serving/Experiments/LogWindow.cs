namespace Recsys.Serving.Experiments;

/// <summary>A span of event times.</summary>
/// <param name="FromMs">Its first moment, Unix ms.</param>
/// <param name="ToMs">The moment behind its last, Unix ms.</param>
internal readonly record struct LogWindow(long FromMs, long ToMs)
{
    /// <summary>Holds every moment.</summary>
    public static LogWindow Always => new(long.MinValue, long.MaxValue);

    /// <summary>Whether a moment lies within.</summary>
    public bool Holds(long timeMs) => timeMs >= FromMs && timeMs < ToMs;
}
