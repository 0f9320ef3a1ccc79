using Recsys.Inference.Evaluation;

namespace Recsys.Training.Windows;

/// <summary>
/// Takes each user's test targets out of a log, as <c>recsys evaluate</c> does: what is left is equal to a log that never had them, down to the dense item ids, and
/// says nothing of what was shown.
/// </summary>
internal static class LeaveOut
{
    /// <summary>The log without each user's last targets; the log itself where none are to be left out.</summary>
    public static InteractionLog Apply(InteractionLog log, int targets)
    {
        if (targets == 0)
            return log;
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < log.UserCount; user++)
        {
            var start = log.UserStarts[user];
            var end = start + LastTargets.Cut(log.UserStarts[user + 1] - start, at => log.IsTarget(start + at), targets);
            for (var i = start; i < end; i++)
                builder.Add(user, log.ItemNumbers[log.Items[i]], log.Kinds[i], log.Strengths[i], log.TimesMs[i]);
        }
        return builder.Build().WithFacts(log.ItemNumbers, log.Facts);
    }
}
