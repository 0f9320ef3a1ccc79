using Recsys.Serving.Experiments;

namespace Recsys.Server.Mapping;

/// <summary>Exposures on their way out.</summary>
internal static class ExposureMapping
{
    public static V1.ExportExposuresResponse Write(ExposureBatch batch)
    {
        var message = new V1.ExportExposuresResponse
        {
            Progress = new V1.ExperimentProgress { Users = batch.Progress.Users, Events = batch.Progress.Events },
            Summary = batch.Summary is null ? null : Write(batch.Summary),
        };
        message.Exposures.AddRange(batch.Exposures.Select(Write));
        return message;
    }

    private static V1.Exposure Write(Exposure exposure)
    {
        var message = new V1.Exposure
        {
            UserId = exposure.UserId,
            ItemId = exposure.ItemId,
            RecommendationId = exposure.RecommendationId,
            Position = exposure.Position,
            ByRank = exposure.ByRank,
            EventTime = Times.ToTimestamp(exposure.TimeMs),
            ExperimentId = exposure.ExperimentId,
            Variant = exposure.Variant,
            Played = exposure.Played,
            PlayedSeconds = exposure.PlayedSeconds,
        };
        if (exposure.Propensity is { } propensity) message.Propensity = propensity;
        return message;
    }

    private static V1.ExposureSummary Write(ExposureSummary summary) => new()
    {
        Exposures = summary.Exposures,
        WithoutPropensity = summary.WithoutPropensity,
        UnattributedImpressions = summary.UnattributedImpressions,
        PlaysWithoutExposure = summary.PlaysWithoutExposure,
    };
}
