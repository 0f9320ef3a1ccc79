using Recsys.Serving.Models;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Evaluation;

/// <summary>Histories without a share of the items, which are chosen by a seed: as if these had just been published.</summary>
internal sealed record ColdSplit
{
    /// <summary>Numbers of the removed items, ascending.</summary>
    public required uint[] Cold { get; init; }

    /// <summary>How often each of them was played, which nobody is told.</summary>
    public required IReadOnlyDictionary<uint, int> Plays { get; init; }

    /// <summary>What is left to train on, of each user without the last target.</summary>
    public required IReadOnlyList<UserHistory> Training { get; init; }

    /// <summary>Who is asked.</summary>
    public required IReadOnlyList<ColdCase> Cases { get; init; }

    /// <summary>Removes items.</summary>
    /// <param name="histories">All users.</param>
    /// <param name="isCatalogued">Whether anything is known of an item without its plays.</param>
    /// <param name="share">Of the items that were played and are catalogued, to remove.</param>
    /// <param name="seed">Chooses them.</param>
    public static ColdSplit Of(IReadOnlyList<UserHistory> histories, Func<uint, bool> isCatalogued, double share, long seed)
    {
        var plays = new SortedDictionary<uint, int>();
        foreach (var interaction in histories.SelectMany(history => history.Interactions))
        {
            if (Holdout.IsTarget(interaction) && isCatalogued(interaction.Item)) plays[interaction.Item] = plays.GetValueOrDefault(interaction.Item) + 1;
        }

        uint[] items = [.. plays.Keys];
        new Random(unchecked((int)seed)).Shuffle(items);
        var cold = items.Take((int)Math.Round(share * items.Length)).Order().ToArray();
        var removed = cold.ToHashSet();
        UserHistory[] left = [.. histories.Select(history => new UserHistory(history.UserId, [.. history.Interactions.Where(interaction => !removed.Contains(interaction.Item))]))];
        var holdout = Holdout.LeaveOneOut(left);
        var targets = holdout.Users.ToDictionary(user => user.UserId, user => user.Target, StringComparer.Ordinal);
        var (training, cases) = (new List<UserHistory>(), new List<ColdCase>());
        for (var i = 0; i < left.Length; i++)
        {
            var known = holdout.Training[i];
            training.Add(new(left[i].UserId, known));
            var played = histories[i].Interactions.Where(interaction => removed.Contains(interaction.Item) && Holdout.IsTarget(interaction)).Select(interaction => interaction.Item).ToHashSet();
            if (known.Count > 0 && played.Count > 0)
                cases.Add(new(left[i].UserId, known[^1].TimeMs, played, targets.TryGetValue(left[i].UserId, out var target) ? target : (Interaction?)null));
        }

        return new() { Cold = cold, Plays = cold.ToDictionary(item => item, item => plays[item]), Training = training, Cases = cases };
    }
}
