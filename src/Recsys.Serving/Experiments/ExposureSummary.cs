namespace Recsys.Serving.Experiments;

/// <summary>What all exposures of a placement are.</summary>
/// <param name="Exposures">How many.</param>
/// <param name="WithoutPropensity">Of them, those of which no impression says with which probability the item stood there, or one below 1e-9.</param>
/// <param name="UnattributedImpressions">Impressions that name the placement but no list.</param>
/// <param name="PlaysWithoutExposure">Items that were played from lists of which the user was shown something, but not them.</param>
public sealed record ExposureSummary(long Exposures, long WithoutPropensity, long UnattributedImpressions, long PlaysWithoutExposure);
