namespace Recsys.Inference.Rules;

/// <summary>How a history's interactions are weighed: place^(places back) times floor + (1 - floor) exp(-age / scale).</summary>
/// <param name="Place">Weight relative to the next newer interaction, 0 to 1.</param>
/// <param name="Window">Newest interactions looked at, at least 1.</param>
/// <param name="TimeScaleMs">Age after which 1 - 1/e of what time can take is gone, ms; 0 where time takes nothing.</param>
/// <param name="TimeFloor">What time cannot take, 0 to 1.</param>
public sealed record RulesDecay(float Place, int Window, double TimeScaleMs, float TimeFloor)
{
    /// <summary>Interactions that weigh less by their place are passed over.</summary>
    internal const float Least = 1e-4f;

    internal float OfAge(long ageMs) =>
        TimeScaleMs <= 0 || ageMs <= 0 ? 1 : TimeFloor + ((1 - TimeFloor) * (float)Math.Exp(-ageMs / TimeScaleMs));

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Problem() => this switch
    {
        { Place: not (>= 0 and <= 1) } => $"the weight by place is {Place}, expected 0 to 1",
        { Window: < 1 } => $"the window is {Window}, expected at least 1",
        { TimeScaleMs: not (>= 0 and < double.PositiveInfinity) } => $"the time scale is {TimeScaleMs} ms, expected at least 0 and finite",
        { TimeFloor: not (>= 0 and <= 1) } => $"the time's floor is {TimeFloor}, expected 0 to 1",
        _ => null,
    };
}
