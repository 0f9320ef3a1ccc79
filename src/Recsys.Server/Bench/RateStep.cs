namespace Recsys.Server.Bench;

/// <summary>One step of the search for the highest rate.</summary>
/// <param name="RatePerSecond">What was tried.</param>
/// <param name="AchievedPerSecond">What was answered.</param>
/// <param name="P99Ms">The worst p99 of the kinds of operations.</param>
/// <param name="Errors">Errors.</param>
/// <param name="GeneratorLateP99Ms">How late the generator itself was.</param>
/// <param name="Sustained">It's sustained: p99 within the limit, no errors.</param>
internal sealed record RateStep(double RatePerSecond, double AchievedPerSecond, double P99Ms, long Errors, double GeneratorLateP99Ms, bool Sustained);
