namespace Recsys.Training.Windows;

/// <summary>What a training set looks like from afar: the only thing that settings are chosen from.</summary>
/// <param name="Users">Users with at least one interaction.</param>
/// <param name="Items">Items with at least one interaction.</param>
/// <param name="Interactions">All interactions.</param>
/// <param name="Targets">Interactions that are to be predicted.</param>
/// <param name="RepeatShare">Share of the targets whose item the same user had met before, 0 to 1.</param>
internal sealed record DataShape(int Users, int Items, int Interactions, int Targets, double RepeatShare)
{
    /// <summary>Below this share of repeats a user's own items are not worth recommending again.</summary>
    public const double RareRepeats = 0.05;

    public double InteractionsPerUser => Users == 0 ? 0 : (double)Interactions / Users;

    /// <summary>Whether users hardly ever come back to an item, as with ratings.</summary>
    public bool RepeatsAreRare => RepeatShare < RareRepeats;

    public static DataShape Of(InteractionLog log)
    {
        var lastUser = new int[log.ItemCount];
        int targets = 0, repeats = 0;
        for (var user = 0; user < log.UserCount; user++)
        {
            for (var i = log.UserStarts[user]; i < log.UserStarts[user + 1]; i++)
            {
                var item = log.Items[i];
                if (log.IsTarget(i))
                {
                    targets++;
                    if (lastUser[item] == user + 1)
                        repeats++;
                }
                lastUser[item] = user + 1;
            }
        }
        return new DataShape(log.UserCount, log.ItemCount, log.InteractionCount, targets, targets == 0 ? 0 : (double)repeats / targets);
    }
}
