namespace Recsys.Inference.Experiments;

/// <summary>A variant's figures as ratios of sums over its users; null ratios where it has none.</summary>
internal sealed record VariantSums
{
    public required long Users { get; init; }

    public required long Exposures { get; init; }

    public required long Plays { get; init; }

    public required double PlayedSeconds { get; init; }

    public required RatioSums? PlayRate { get; init; }

    public required RatioSums? SecondsPerUser { get; init; }

    public required RatioSums? SecondsPerExposure { get; init; }

    /// <summary>Of users who all have an exposure. In the order of their totals: sums of doubles depend on the order, and a dictionary's is chance.</summary>
    public static VariantSums Of(List<UserTotals> users)
    {
        users.Sort((a, b) => (a.PlayedSeconds, a.Plays, a.Exposures).CompareTo((b.PlayedSeconds, b.Plays, b.Exposures)));
        double[] seconds = [.. users.Select(user => user.PlayedSeconds)];
        double[] exposures = [.. users.Select(user => (double)user.Exposures)];
        double[] plays = [.. users.Select(user => (double)user.Plays)];
        double[] ones = [.. users.Select(_ => 1.0)];
        var any = users.Count > 0;
        return new()
        {
            Users = users.Count,
            Exposures = users.Sum(user => user.Exposures),
            Plays = users.Sum(user => user.Plays),
            PlayedSeconds = seconds.Sum(),
            PlayRate = any ? RatioSums.Of(plays, exposures) : null,
            SecondsPerUser = any ? RatioSums.Of(seconds, ones) : null,
            SecondsPerExposure = any ? RatioSums.Of(seconds, exposures) : null,
        };
    }
}
