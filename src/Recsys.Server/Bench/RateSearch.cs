using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>Finds the highest rate that is sustained: doubles it until it isn't, then halves the gap. A step that fails while the generator itself was late is tried once more.</summary>
internal sealed class RateSearch(double firstRate, double p99LimitMs, Action<string> say)
{
    /// <summary>The gap in which the search ends, as a factor.</summary>
    public const double Precision = 1.06;

    private const double Growth = 2;
    private const double LowestRate = 1;
    private const double LateShare = 0.2;
    private readonly List<RateStep> _steps = [];

    /// <summary>What was tried.</summary>
    public IReadOnlyList<RateStep> Steps => _steps;

    /// <summary>Searches; 0: not even one a second is sustained.</summary>
    /// <param name="load">Applies a rate.</param>
    public async Task<double> RunAsync(Func<double, Task<LoadResult>> load)
    {
        double good = 0;
        var (bad, rate) = (double.PositiveInfinity, firstRate);
        while (rate >= LowestRate && (good == 0 || bad / good > Precision))
        {
            if (await TryAsync(rate, load) is not { } step) return good;

            // Something else on the machine may have been in the way: the generator is late by itself then.
            if (!step.Sustained && step.GeneratorLateP99Ms > p99LimitMs * LateShare && await TryAsync(rate, load) is { } again) step = again;
            if (step.Sustained) good = rate;
            else bad = rate;
            rate = Math.Round(good == 0 ? bad / Growth : double.IsInfinity(bad) ? good * Growth : Math.Sqrt(good * bad));
        }

        return good;
    }

    /// <summary>One step; null: it was interrupted.</summary>
    private async Task<RateStep?> TryAsync(double rate, Func<double, Task<LoadResult>> load)
    {
        var result = await load(rate);
        if (result.Interrupted) return null;
        var step = new RateStep(rate, result.AchievedPerSecond, result.WorstP99Ms(), result.ErrorCount, result.Generator.LagP99Ms, IsSustained(result));
        _steps.Add(step);
        say(string.Create(
            CultureInfo.InvariantCulture,
            $"{rate:N0}/s: {step.AchievedPerSecond:N0}/s achieved, p99 {step.P99Ms:F1} ms, {step.Errors} errors, "
            + $"generator late {step.GeneratorLateP99Ms:F1} ms: {(step.Sustained ? "sustained" : "too much")}"));
        return step;
    }

    private bool IsSustained(LoadResult result) => result.ErrorCount == 0 && result.WorstP99Ms() <= p99LimitMs;
}
