using System.Globalization;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>What continuous learning does, in a few lines for people.</summary>
internal static class LearningText
{
    /// <summary>The lines; none where it's off and never was on.</summary>
    public static IEnumerable<string> Lines(LearningStatus learning)
    {
        if (!learning.Enabled && learning.LastEndTime is null) yield break;
        var next = learning.Training ? "training now" : learning.NextTime is { } time ? $"next not before {time.ToDateTime():u}" : "next after enough interactions";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Continuous learning is {(learning.Enabled ? "on" : "off")}: {learning.NewInteractionCount:N0} interactions since the last training{(learning.Enabled ? $", {next}" : "")}.");
        if (learning.LastEndTime is { } end) yield return $"Last training {end.ToDateTime():u}: {learning.LastOutcome}. {learning.Message}";
        if (learning.FailureCount > 0) yield return string.Create(CultureInfo.InvariantCulture, $"{learning.FailureCount} failed in a row.");
    }
}
