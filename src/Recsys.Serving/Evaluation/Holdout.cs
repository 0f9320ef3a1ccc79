using Recsys.Inference;
using Recsys.Inference.Evaluation;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Evaluation;

/// <summary>A split of all users' interactions into what recommenders may learn from and what they are asked for.</summary>
internal sealed record Holdout
{
    /// <summary>Interactions that a user must have to learn from for one of them to be held out.</summary>
    public const int MinTargets = LastTargets.MinTargets;

    // The newest tenth of all interactions lies after the moment of a temporal split.
    private const double TemporalShare = 0.9;

    /// <summary>What recommenders learn from, a user an element: nothing held out, and nothing after it, is in here.</summary>
    public required IReadOnlyList<IReadOnlyList<Interaction>> Training { get; init; }

    /// <summary>The users to evaluate, in the order of their ids; of a user who is evaluated at several moments, these one after the other, oldest first.</summary>
    public required IReadOnlyList<HeldOutUser> Users { get; init; }

    /// <summary>Everything that the store's users ever did, held out or not.</summary>
    public IReadOnlyList<UserHistory> World { get; init; } = [];

    /// <summary>Users who have a target but no history before it, and are not evaluated.</summary>
    public int WithoutHistory { get; init; }

    /// <summary>Given users whose interactions are all trained on, under the same id: of them nothing is held out.</summary>
    public int TrainedOn { get; init; }

    /// <summary>The moment of a temporal split, Unix ms.</summary>
    public long? CutMs { get; init; }

    /// <summary>
    /// Holds out the last target of each user who has at least three: the training set has what is before it (of which the trainer holds the last target out itself, for validation). Other
    /// users are trained on whole.
    /// </summary>
    public static Holdout LeaveOneOut(IReadOnlyList<UserHistory> histories)
    {
        var (training, users) = (new List<IReadOnlyList<Interaction>>(histories.Count), new List<HeldOutUser>());
        foreach (var history in histories)
        {
            var last = LastTargets.Cut(history.Interactions.Count, at => IsTarget(history.Interactions[at]), leaveOut: 1);
            if (last == history.Interactions.Count)
            {
                training.Add(history.Interactions);
                continue;
            }

            Interaction[] before = [.. history.Interactions.Take(last)];
            training.Add(before);
            users.Add(new(history.UserId, before, history.Interactions[last]));
        }

        return new() { Training = training, Users = users, World = histories };
    }

    /// <summary>Trains on everything before a moment, and holds out each user's targets from then on.</summary>
    /// <param name="histories">The store's users.</param>
    /// <param name="everyNext">Each target of a user, with what came before it as history; else the first only.</param>
    public static Holdout Temporal(IReadOnlyList<UserHistory> histories, bool everyNext)
    {
        var times = histories.SelectMany(history => history.Interactions).Select(interaction => interaction.TimeMs).ToArray();
        if (times.Length == 0) return new() { Training = [], Users = [] };
        Array.Sort(times);
        var cut = times[Math.Min(times.Length - 1, (int)(times.Length * TemporalShare))];
        var (training, users, withoutHistory) = (new List<IReadOnlyList<Interaction>>(histories.Count), new List<HeldOutUser>(), 0);
        foreach (var history in histories)
        {
            Interaction[] all = [.. history.Interactions];
            var before = all.TakeWhile(interaction => interaction.TimeMs < cut).Count();
            var trained = new ArraySegment<Interaction>(all, 0, before);
            training.Add(trained);
            int[] targets = [.. Enumerable.Range(before, all.Length - before).Where(at => IsTarget(all[at])).Take(everyNext ? int.MaxValue : 1)];
            if (targets.Length > 0 && before == 0) withoutHistory++;
            if (before > 0) users.AddRange(targets.Select(at => new HeldOutUser(history.UserId, new ArraySegment<Interaction>(all, 0, at), all[at])));
        }

        return new() { Training = training, Users = users, WithoutHistory = withoutHistory, CutMs = cut, World = histories };
    }

    /// <summary>Trains on everything, and asks for the next targets of other users.</summary>
    /// <param name="histories">The store's users.</param>
    /// <param name="others">Those to evaluate. Nothing of them is trained on.</param>
    /// <param name="everyNext">Each target that has anything before it; else the last such target of each.</param>
    public static Holdout Given(IReadOnlyList<UserHistory> histories, IReadOnlyList<UserHistory> others, bool everyNext)
    {
        var (users, withoutHistory, trainedOn) = (new List<HeldOutUser>(), 0, 0);
        var known = histories.ToDictionary(history => history.UserId, StringComparer.Ordinal);
        foreach (var other in others)
        {
            if (known.TryGetValue(other.UserId, out var trained) && IsPartOf(other, trained)) trainedOn++;
            Interaction[] all = [.. other.Interactions];
            var targets = Enumerable.Range(0, all.Length).Where(at => at > 0 && IsTarget(all[at]));
            HeldOutUser[] moments = [.. targets.Select(at => new HeldOutUser(other.UserId, new ArraySegment<Interaction>(all, 0, at), all[at]))];
            if (moments.Length == 0) withoutHistory++;
            users.AddRange(everyNext ? moments : moments.TakeLast(1));
        }

        return new() { Training = [.. histories.Select(history => history.Interactions)], Users = users, WithoutHistory = withoutHistory, TrainedOn = trainedOn, World = histories };
    }

    /// <summary>How many users are evaluated, whatever the number of moments.</summary>
    public int UserCount => Users.Select(user => user.UserId).Distinct(StringComparer.Ordinal).Count();

    /// <summary>The same split with at most so many users to evaluate, drawn by the seed; 0: all. What is trained on stays the same.</summary>
    public Holdout Sampled(int maxUsers, long seed)
    {
        string[] ids = [.. Users.Select(user => user.UserId).Distinct(StringComparer.Ordinal)];
        if (maxUsers <= 0 || ids.Length <= maxUsers) return this;
        new Random(HashCode(seed)).Shuffle(ids);
        return Only(ids.Take(maxUsers));
    }

    /// <summary>The same split with these users to evaluate and no others. What is trained on stays the same.</summary>
    public Holdout Only(IEnumerable<string> userIds)
    {
        var wanted = userIds.ToHashSet(StringComparer.Ordinal);
        return this with { Users = [.. Users.Where(user => wanted.Contains(user.UserId))] };
    }

    /// <summary>Whole histories of the users who aren't evaluated: what happens around those who are, at any time.</summary>
    public IReadOnlyList<IReadOnlyList<Interaction>> NotAsked()
    {
        var asked = Users.Select(user => user.UserId).ToHashSet(StringComparer.Ordinal);
        return [.. World.Where(history => !asked.Contains(history.UserId)).Select(history => history.Interactions)];
    }

    /// <summary>Whether the times of what is trained on tell anything: made-up ones don't.</summary>
    public bool TimesTell()
    {
        var gaps = new long[TimeGap.BucketCount];
        foreach (var user in Training)
        {
            for (var i = 1; i < user.Count; i++) gaps[TimeGap.Bucket(user[i].TimeMs - user[i - 1].TimeMs)]++;
        }

        return TimeGap.Spread(gaps) >= TimeGap.LeastSpread;
    }

    /// <summary>Whether an interaction is something to predict.</summary>
    public static bool IsTarget(Interaction interaction) => Strength.IsTarget(interaction.Kind, interaction.Strength);

    private static bool IsPartOf(UserHistory other, UserHistory trained)
    {
        var items = trained.Interactions.Select(interaction => interaction.Item).ToHashSet();
        return other.Interactions.All(interaction => items.Contains(interaction.Item));
    }

    private static int HashCode(long seed) => unchecked((int)(seed ^ (seed >> 32)));
}
