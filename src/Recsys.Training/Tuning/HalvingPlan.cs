using Recsys.Training.Session;

namespace Recsys.Training.Tuning;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016, algorithm 1) with eta 3: each rung has a third of the one before it in trials and three times as many epochs, up to the
/// wanted ones. Trainings are compared at their ends, where the rate has fallen to zero: in mid-schedule those with a low rate look best.
/// </summary>
/// <param name="Rungs">The first has all trials; the last has the wanted epochs.</param>
internal sealed record HalvingPlan(IReadOnlyList<Rung> Rungs)
{
    /// <summary>More are no better use of a budget than more epochs.</summary>
    public const int MostTrials = 500;

    private const int Eta = 3;

    /// <summary>Trials of the first rung, the preset included.</summary>
    public int TrialCount => Rungs[0].Trials + 1;

    /// <summary>Plans for a number of trials, the preset included, and the epochs of the last rung.</summary>
    public static HalvingPlan Create(int trials, int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var drawn = trials - 1;
        var halvings = 0;
        while (Power(halvings + 1) <= drawn && Power(halvings + 1) <= epochs)
            halvings++;
        return new HalvingPlan([.. Enumerable.Range(0, halvings + 1).Select(rung => new Rung(
            Math.Max(1, (int)Math.Round((double)epochs / Power(halvings - rung), MidpointRounding.AwayFromZero)), drawn / Power(rung)))]);
    }

    /// <summary>The most trials that end in time, by what they would cost; null: not even two do.</summary>
    /// <param name="epochs">Of the last rung.</param>
    /// <param name="draw">Draws so many trials, the preset included, or as many as there are.</param>
    /// <param name="secondsAnEpoch">What an epoch of a trial with these settings takes.</param>
    /// <param name="secondsATraining">What each training takes besides its epochs.</param>
    /// <param name="budget">Seconds.</param>
    public static HalvingPlan? Within(
        int epochs, Func<int, IReadOnlyList<Trial>> draw, Func<TrainingSettings, double> secondsAnEpoch, double secondsATraining, double budget)
    {
        // Each prefix of the trials is what fewer of them would be.
        var costs = draw(MostTrials).Select(trial => secondsAnEpoch(trial.Settings)).ToArray();
        HalvingPlan? best = null;
        for (var trials = 2; trials <= costs.Length; trials++)
        {
            var plan = Create(trials, epochs);
            // One more trial can mean one more rung, and cost less.
            if (plan.Seconds(costs, secondsATraining) <= budget)
                best = plan;
        }
        return best;
    }

    /// <summary>What the plan takes, where each rung's trials cost what the average one does.</summary>
    /// <param name="costs">Seconds an epoch of each trial, the preset first.</param>
    /// <param name="secondsATraining">What each training takes besides its epochs.</param>
    public double Seconds(IReadOnlyList<double> costs, double secondsATraining)
    {
        var drawn = costs.Skip(1).Take(Rungs[0].Trials).DefaultIfEmpty().Average();
        return Rungs.Sum(rung => (rung.Epochs * (costs[0] + (rung.Trials * drawn))) + ((rung.Trials + 1) * secondsATraining));
    }

    private static int Power(int exponent) => (int)Math.Pow(Eta, exponent);
}
