using Recsys.Inference.Evaluation;

namespace Recsys.Server.Commands.Drift;

/// <summary>Two lives of one world: with continuous learning, and with the model of day 0 alone.</summary>
/// <param name="On">Days of the first.</param>
/// <param name="Off">Days of the second.</param>
internal sealed record DriftResult(IReadOnlyList<DriftDay> On, IReadOnlyList<DriftDay> Off)
{
    private const double Z = 1.96;

    /// <summary>Plays from lists over lists, from a day on.</summary>
    public static double Rate(IEnumerable<DriftDay> days) => days.Sum(day => day.Plays.Sum()) / Math.Max(1.0, days.Sum(day => day.Lists.Sum()));

    /// <summary>
    /// The difference of the play rates from a day on with its 95 % interval, by users: each user's residual from both rates is one independent draw (the delta method for a ratio of sums).
    /// </summary>
    public DifferenceInterval Difference(int fromDay)
    {
        var (on, off) = (On.Skip(fromDay).ToArray(), Off.Skip(fromDay).ToArray());
        var (rateOn, rateOff) = (Rate(on), Rate(off));
        double listsOn = on.Sum(day => day.Lists.Sum()), listsOff = off.Sum(day => day.Lists.Sum());
        var variance = 0.0;
        for (var user = 0; user < on[0].Lists.Length; user++)
        {
            var residual = (Residual(on, user, rateOn) / listsOn) - (Residual(off, user, rateOff) / listsOff);
            variance += residual * residual;
        }

        var (difference, half) = (rateOn - rateOff, Z * Math.Sqrt(variance));
        return new(difference, difference - half, difference + half);
    }

    private static double Residual(DriftDay[] days, int user, double rate) => days.Sum(day => day.Plays[user] - (rate * day.Lists[user]));
}
