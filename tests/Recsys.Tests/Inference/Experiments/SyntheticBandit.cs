using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>A bandit whose true means are known: actions shown by a policy that is more or less peaked, and played with a rate of their own.</summary>
internal sealed class SyntheticBandit
{
    private readonly double[] _cumulative;
    private readonly double[] _propensities;
    private readonly double[] _rates;

    /// <param name="actions">How many there are.</param>
    /// <param name="peakedness">Standard deviation of the actions' logits: 0 is uniform.</param>
    /// <param name="rate">The middle of the actions' play rates.</param>
    /// <param name="relation">How much an action's rate goes with the policy's liking for it: above 0 the policy is good, below it's bad.</param>
    public SyntheticBandit(int actions, double peakedness, double rate, double relation)
    {
        var random = new Random(5);
        var logits = new double[actions];
        _rates = new double[actions];
        for (var action = 0; action < actions; action++)
        {
            var liking = Normal(random);
            logits[action] = peakedness * liking;
            _rates[action] = Math.Min(0.95, rate * Math.Exp((relation * liking / 2) + (0.3 * Normal(random))));
        }

        var sum = logits.Sum(Math.Exp);
        _propensities = [.. logits.Select(logit => Math.Exp(logit) / sum)];
        _cumulative = new double[actions];
        var total = 0.0;
        for (var action = 0; action < actions; action++) _cumulative[action] = total += _propensities[action];
    }

    /// <summary>What the uniform policy truly earns, in plays.</summary>
    public double UniformValue => _rates.Average();

    /// <summary>A log of plays, or with <paramref name="meanSeconds"/> of seconds played (exponential).</summary>
    public OffPolicyLog Draw(int seed, int rows, double meanSeconds = 0)
    {
        var (random, log) = (new Random(seed), new OffPolicyLog());
        for (var row = 0; row < rows; row++)
        {
            var found = Array.BinarySearch(_cumulative, random.NextDouble());
            var action = Math.Min(found < 0 ? ~found : found, _rates.Length - 1);
            var reward = random.NextDouble() < _rates[action] ? 1.0 : 0;
            if (meanSeconds > 0) reward *= -meanSeconds * Math.Log(1 - random.NextDouble());
            log.Add(new(_propensities[action], 1.0 / _rates.Length, reward));
        }

        return log;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
