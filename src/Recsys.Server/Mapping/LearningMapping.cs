using Google.Protobuf.WellKnownTypes;
using Recsys.Serving.Learning;

namespace Recsys.Server.Mapping;

/// <summary>Continuous learning.</summary>
internal static class LearningMapping
{
    /// <summary>The outcomes' numbers are the same by construction.</summary>
    public static V1.LearningStatus Write(LearningStatus status) => new()
    {
        Enabled = status.Enabled,
        Training = status.Training,
        NewInteractionCount = status.NewInteractionCount,
        LastStartTime = Time(status.LastStartMs),
        LastEndTime = Time(status.LastEndMs),
        LastOutcome = (V1.LearningOutcome)status.Outcome,
        Message = status.Message,
        FailureCount = status.FailureCount,
        NextTime = Time(status.NextTimeMs),
    };

    private static Timestamp? Time(long unixMs) => unixMs > 0 ? Times.ToTimestamp(unixMs) : null;
}
