namespace Recsys.Server.Bench;

/// <summary>The server's figures divided by the echo service's, for one kind of operation.</summary>
/// <param name="P50">Of the medians.</param>
/// <param name="P99">Of the p99.</param>
internal sealed record EchoRatio(double P50, double P99)
{
    /// <summary>The ratios by kind.</summary>
    public static IReadOnlyDictionary<string, EchoRatio> Of(LoadResult server, LoadResult echo) => server.Operations
        .Where(pair => echo.Operations.TryGetValue(pair.Key, out var row) && row.Count > 0)
        .ToDictionary(pair => pair.Key, pair => new EchoRatio(Divide(pair.Value.P50Ms, echo.Operations[pair.Key].P50Ms), Divide(pair.Value.P99Ms, echo.Operations[pair.Key].P99Ms)));

    /// <summary>A ratio to two places.</summary>
    public static double Divide(double above, double below) => below == 0 ? 0 : Math.Round(above / below, 2);
}
