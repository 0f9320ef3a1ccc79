using Microsoft.Extensions.Logging;

namespace Recsys.Serving.Learning;

/// <summary>What continuous learning logs. Ids and names are a contract with whoever alerts on them.</summary>
internal static partial class LearningLog
{
    [LoggerMessage(2301, LogLevel.Information, "{Namespace} is trained: {Interactions} interactions are new to its live model")]
    public static partial void LearningBegins(this ILogger logger, string @namespace, long interactions);

    [LoggerMessage(2302, LogLevel.Information, "Training of {Namespace}: {Outcome}. {Message}")]
    public static partial void LearningEnded(this ILogger logger, string @namespace, LearningOutcome outcome, string message);

    [LoggerMessage(2303, LogLevel.Warning, "Training of {Namespace} failed, {Failures} in a row; it's tried again in {Pause}")]
    public static partial void LearningFailed(this ILogger logger, Exception exception, string @namespace, int failures, TimeSpan pause);

    [LoggerMessage(2304, LogLevel.Warning, "The store is down: what is new is learned later")]
    public static partial void LearningStoreDown(this ILogger logger, Exception exception);

    [LoggerMessage(2305, LogLevel.Error, "Continuous learning failed; it's tried again")]
    public static partial void LearningBroke(this ILogger logger, Exception exception);

    [LoggerMessage(2306, LogLevel.Warning, "Another server learns in this one's place: the training of {Namespace} is ended")]
    public static partial void LearningTakenOver(this ILogger logger, string @namespace);
}
