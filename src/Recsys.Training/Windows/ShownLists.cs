using Recsys.Storage.Archive;

namespace Recsys.Training.Windows;

/// <summary>What the users of a log were shown, flat and column by column: user after user, each in the order of time.</summary>
internal sealed record ShownLists
{
    /// <summary>User u's rows are at <c>UserStarts[u]</c> up to (not with) <c>UserStarts[u + 1]</c>.</summary>
    public required int[] UserStarts { get; init; }

    /// <summary>Dense ids; -1: nobody interacted with the item.</summary>
    public required int[] Items { get; init; }

    /// <summary>Which of the user's lists.</summary>
    public required int[] Lists { get; init; }

    /// <summary>Places in the list, from 0; -1: unknown.</summary>
    public required int[] Positions { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long[] TimesMs { get; init; }

    /// <summary>Those of a training set.</summary>
    /// <param name="exposures">The set's.</param>
    /// <param name="users">The set's number of each user of the log.</param>
    /// <param name="log">The log.</param>
    public static ShownLists Of(TrainingExposures exposures, IReadOnlyList<int> users, InteractionLog log)
    {
        var starts = new int[users.Count + 1];
        var (rows, places) = (new List<int>(), new List<int>());
        for (var user = 0; user < users.Count; user++)
        {
            int[] own = [.. Enumerable.Range(exposures.UserOffsets[users[user]], exposures.UserOffsets[users[user] + 1] - exposures.UserOffsets[users[user]])];
            rows.AddRange(own);
            places.AddRange(Places(exposures, own));
            starts[user + 1] = rows.Count;
        }
        return new ShownLists
        {
            UserStarts = starts,
            Items = [.. rows.Select(row => Math.Max(-1, Array.BinarySearch(log.ItemNumbers, exposures.Items[row])))],
            Lists = [.. rows.Select(row => exposures.Lists[row])],
            Positions = [.. places],
            TimesMs = [.. rows.Select(row => exposures.TimesMs[row])],
        };
    }

    /// <summary>
    /// The rows of the newest list before an interaction was chosen that showed its item, as far as they had been shown then; empty: none did, within <see cref="TrainingExposure.AttributionMs"/>.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="target">The interaction.</param>
    public int[] ListOf(InteractionLog log, HeldOutTarget target)
    {
        var (item, time) = (log.Items[target.At], log.ChosenMs(target.At, log.UserStarts[target.User]));
        for (var row = UserStarts[target.User + 1] - 1; row >= UserStarts[target.User]; row--)
        {
            if (TimesMs[row] <= time && TimesMs[row] >= time - TrainingExposure.AttributionMs && Items[row] == item)
                return [.. RowsOf(target.User, Lists[row]).Where(other => TimesMs[other] <= time)];
        }
        return [];
    }

    /// <summary>The rows of each list that was shown between an interaction was chosen and the one before it ended; the newest few.</summary>
    /// <param name="log">The log.</param>
    /// <param name="target">The interaction.</param>
    /// <param name="most">How many lists.</param>
    public IReadOnlyList<int[]> Between(InteractionLog log, HeldOutTarget target, int most)
    {
        var (from, to) = (log.TimesMs[target.At - 1], log.ChosenMs(target.At, log.UserStarts[target.User]));
        var lists = new List<int[]>();
        var asked = new HashSet<int>();
        for (var row = UserStarts[target.User + 1] - 1; row >= UserStarts[target.User] && lists.Count < most; row--)
        {
            if (TimesMs[row] > from && TimesMs[row] <= to && asked.Add(Lists[row]))
                lists.Add([.. RowsOf(target.User, Lists[row]).Where(other => TimesMs[other] <= to)]);
        }
        return lists;
    }

    /// <summary>Whether the user played what a row showed, within <see cref="TrainingExposure.AttributionMs"/>.</summary>
    public bool IsPlayed(InteractionLog log, int user, int row)
    {
        for (var at = log.UserStarts[user + 1] - 1; at >= log.UserStarts[user] && log.TimesMs[at] >= TimesMs[row]; at--)
        {
            if (log.Items[at] != Items[row] || !log.IsTarget(at))
                continue;
            var chosen = log.ChosenMs(at, log.UserStarts[user]);
            if (chosen >= TimesMs[row] && chosen <= TimesMs[row] + TrainingExposure.AttributionMs)
                return true;
        }
        return false;
    }

    /// <summary>
    /// A user's places. Who sends none sends 0, as who sends the first place does: but only one item of a list is first, so where several are at 0 none of them is known to be.
    /// </summary>
    private static IEnumerable<int> Places(TrainingExposures exposures, int[] rows)
    {
        var placeless = rows.Where(row => exposures.Positions[row] == 0)
            .GroupBy(row => exposures.Lists[row], row => exposures.Items[row]).Where(first => first.Distinct().Count() > 1).Select(first => first.Key).ToHashSet();
        return rows.Select(row => exposures.Positions[row] == 0 && placeless.Contains(exposures.Lists[row]) ? -1 : exposures.Positions[row]);
    }

    private int[] RowsOf(int user, int list) => [.. Enumerable.Range(UserStarts[user], UserStarts[user + 1] - UserStarts[user]).Where(row => Lists[row] == list)];
}
