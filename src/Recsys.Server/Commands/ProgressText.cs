using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>What a job is at, in one line of a terminal: as many whole parts as there is room for, those first that people look for.</summary>
internal static class ProgressText
{
    private const string TuningPhase = "tune";

    /// <summary>The line.</summary>
    /// <param name="title">What the job is called; it's there whatever the room.</param>
    /// <param name="progress">Its report.</param>
    /// <param name="width">Room, in characters.</param>
    public static string Of(string title, TrainProgress progress, int width)
    {
        var line = $"{title}: ";
        var (separator, start) = ("", line.Length);
        foreach (var part in progress.Phase == TuningPhase ? [Tuning(progress)] : Parts(progress))
        {
            if (line.Length + separator.Length + part.Length <= width) line += separator + part;
            else if (line.Length == start) return width <= start ? title : $"{line}{part[..(width - start - 1)]}…";
            else continue;
            separator = ", ";
        }

        return line;
    }

    private static string Tuning(TrainProgress progress) => progress.Message + (progress.RemainingTime is { } left ? $", {left.ToTimeSpan().TotalMinutes:F0} min to go" : "");

    private static IEnumerable<string> Parts(TrainProgress progress)
    {
        yield return progress.Phase;
        if (progress.EpochCount > 0) yield return $"epoch {progress.Epoch}/{progress.EpochCount}";
        if (progress.EpochCount == 0 && progress.Message.Length > 0)
            yield return progress.Message.StartsWith(progress.Phase + ": ", StringComparison.Ordinal) ? progress.Message[(progress.Phase.Length + 2)..] : progress.Message;
        if (progress.RemainingTime is { } remaining) yield return $"{remaining.ToTimeSpan().TotalSeconds:F0} s to go";
        if (progress.ValidationMetrics.FirstOrDefault(m => m.K == 10) is { } metrics) yield return $"valid NDCG@10 {metrics.Ndcg:F4}";
        if (progress.Loss > 0) yield return $"loss {progress.Loss:F3}";
        if (progress.EventsPerSecond > 0) yield return $"{progress.EventsPerSecond:N0} events/s";
    }
}
