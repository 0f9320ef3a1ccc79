using Recsys.Inference;

namespace Recsys.Training.Windows;

/// <summary>What a training set looks like from afar: the only thing that settings are chosen from.</summary>
/// <param name="Users">Users with at least one interaction.</param>
/// <param name="Items">Items with at least one interaction.</param>
/// <param name="Interactions">All interactions.</param>
/// <param name="Targets">Interactions that are to be predicted from what the same user did before.</param>
/// <param name="RepeatShare">Share of the targets whose item the same user had met before, 0 to 1.</param>
/// <param name="GapSpread">Share of the gaps between a user's interactions that aren't in the commonest bucket of <see cref="TimeGap"/>, 0 to 1.</param>
internal sealed record DataShape(int Users, int Items, int Interactions, int Targets, double RepeatShare, double GapSpread = 0)
{
    /// <summary>Below this share of repeats a user's own items are not worth recommending again.</summary>
    public const double RareRepeats = 0.05;

    public double InteractionsPerUser => Users == 0 ? 0 : (double)Interactions / Users;

    /// <summary>Whether users hardly ever come back to an item, as with ratings.</summary>
    public bool RepeatsAreRare => RepeatShare < RareRepeats;

    /// <summary>Whether the times between interactions tell anything.</summary>
    public bool TimesTell => GapSpread >= TimeGap.LeastSpread;

    public static DataShape Of(InteractionLog log)
    {
        var gaps = new long[TimeGap.BucketCount];
        var lastUser = new int[log.ItemCount];
        int targets = 0, repeats = 0;
        for (var user = 0; user < log.UserCount; user++)
        {
            for (var i = log.UserStarts[user]; i < log.UserStarts[user + 1]; i++)
            {
                var item = log.Items[i];
                gaps[log.GapBefore(i, log.UserStarts[user])]++;
                // Nothing tells a user's first one.
                if (log.IsTarget(i) && i > log.UserStarts[user])
                {
                    targets++;
                    if (lastUser[item] == user + 1)
                        repeats++;
                }
                lastUser[item] = user + 1;
            }
        }
        return new DataShape(
            log.UserCount, log.ItemCount, log.InteractionCount, targets, targets == 0 ? 0 : (double)repeats / targets, TimeGap.Spread(gaps));
    }
}
