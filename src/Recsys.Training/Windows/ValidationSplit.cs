namespace Recsys.Training.Windows;

/// <summary>
/// What is trained on and what is held out. A held-out user's last target and everything after it is outside the user's training range, so neither
/// inputs nor targets of the training ever touch it.
/// </summary>
internal sealed record ValidationSplit
{
    /// <summary>
    /// A tenth of the users is held out, or more where that is a small share of what there is to learn, within these bounds: what is held out is not learned (holding out all of
    /// ML-100K's 944 users cost 0.004 of its test NDCG@10), few users tell epochs and weights apart only by chance, and validating has to stay a small part of the work on large data.
    /// </summary>
    private const int LeastUsers = 200, MostUsers = 5_000, UsersToOneHeldOut = 10;

    /// <summary>Where everything is learned in the end, what is held out costs nothing: so many tell whether partners help.</summary>
    private const int LeastUsersLearnedInTheEnd = 1_000;

    /// <summary>So many interactions to one that is held out are hardly missed.</summary>
    private const int InteractionsToOneHeldOut = 300;

    /// <summary>
    /// Targets held out of each such user, but no more than a quarter of the user's: the ranker learns from them, and each tells as much as another user's.
    /// </summary>
    private const int MostTargets = 5, TargetsToOneHeldOut = 4;

    /// <summary>Where nothing is learned again, one interaction in so many may be held out.</summary>
    private const int InteractionsToOneTarget = 100;

    /// <summary>Of the newest targets: where all is learned again one interaction in so many, and never more than this.</summary>
    private const int InteractionsToOneNewest = 20, MostNewest = 5_000;

    /// <summary>Fewer of the newest targets, or of fewer users, can't tell what a source is worth.</summary>
    private const int LeastNewest = 100, LeastUsersOfNewest = 30;

    /// <summary>Fewer interactions leave nothing to learn from.</summary>
    public const int MinInteractions = 3;

    /// <summary>Floats that the logits of users who are asked may take: fewer are asked where there are many items.</summary>
    public const int MostLogits = 1 << 26;

    /// <summary>User u trains on the log from its start up to (not with) <c>TrainingEnds[u]</c>: [users].</summary>
    public required int[] TrainingEnds { get; init; }

    /// <summary>Held-out users, ascending. User u's held-out target is at <c>TrainingEnds[u]</c>; where more of the user's are held out, it's the first.</summary>
    public required int[] Users { get; init; }

    /// <summary>
    /// The newest targets of all users, user after user, oldest first; empty: none are held out as such. Nothing that is trained on is newer than any of them, so that what is learned from them holds
    /// for what comes after a training: of a held-out user's last target the networks and rules know what others did later, and with it what will be popular.
    /// </summary>
    public HeldOutTarget[] Newest { get; private init; } = [];

    /// <summary>All held-out targets of some held-out users, user after user, oldest first.</summary>
    /// <param name="log">The data.</param>
    /// <param name="users">Held-out users, ascending.</param>
    public HeldOutTarget[] TargetsOf(InteractionLog log, int[] users) =>
    [
        .. users.SelectMany(user => Enumerable.Range(TrainingEnds[user], log.UserStarts[user + 1] - TrainingEnds[user]).Where(log.IsTarget).Select(at => new HeldOutTarget(user, at))),
    ];

    /// <summary>At most so many of the held-out users, drawn by the seed, ascending: where what is kept of each takes too much memory for all.</summary>
    /// <param name="most">How many.</param>
    /// <param name="seed">Draws.</param>
    public int[] UsersToAsk(int most, long seed)
    {
        if (Users.Length <= most)
            return Users;
        int[] users = [.. Users];
        SeededRandom.Create(seed, stream: 5).Shuffle(users);
        return [.. users.Take(most).Order()];
    }

    /// <summary>Holds out nothing: everything is trained on.</summary>
    public static ValidationSplit Nothing(InteractionLog log) => new() { TrainingEnds = log.UserStarts[1..], Users = [] };

    /// <summary>Holds out the last few targets of some users, drawn by the seed: as many as are hardly missed.</summary>
    /// <param name="log">The data.</param>
    /// <param name="seed">Draws.</param>
    /// <param name="maxUsers">How many at most; null: a tenth or a 300th of the interactions, from 200 (1,000 where they are learned in the end) to 5,000.</param>
    /// <param name="learnedInTheEnd">Whether the model that goes live is trained on what is held out as well.</param>
    /// <param name="newerThanMs">Nothing older is held out, nor what is as old.</param>
    /// <param name="newest">Whether the <see cref="Newest"/> targets are held out as well, and one of each such user then.</param>
    public static ValidationSplit Create(
        InteractionLog log, long seed, int? maxUsers = null, bool learnedInTheEnd = false, long newerThanMs = long.MinValue, bool newest = false)
    {
        var wanted = maxUsers ?? DefaultUsers(log, learnedInTheEnd);
        var newestTargets = newest && wanted > 0 ? NewestTargets(log, learnedInTheEnd, newerThanMs) : [];
        var targets = newestTargets.Length > 0 ? 1
            : learnedInTheEnd ? MostTargets
            : Math.Clamp(log.InteractionCount / InteractionsToOneTarget / Math.Max(1, Math.Min(wanted, log.UserCount)), 1, MostTargets);
        var ends = new int[log.UserCount];
        var firstHeldOut = new Dictionary<int, int>();
        for (var user = 0; user < log.UserCount; user++)
        {
            ends[user] = log.UserStarts[user + 1];
            if (FirstHeldOut(log, user, targets, newerThanMs) is { } first)
                firstHeldOut[user] = first;
        }
        var users = firstHeldOut.Keys.ToArray();
        SeededRandom.Create(seed, stream: 1).Shuffle(users);
        users = [.. users.Take(wanted).Order()];
        foreach (var user in users)
            ends[user] = firstHeldOut[user];
        foreach (var (user, at) in newestTargets)
            ends[user] = Math.Min(ends[user], at);
        return new ValidationSplit { TrainingEnds = ends, Users = users, Newest = newestTargets };
    }

    private static HeldOutTarget[] NewestTargets(InteractionLog log, bool learnedInTheEnd, long newerThanMs)
    {
        HeldOutTarget[] all =
        [
            .. Enumerable.Range(0, log.UserCount).SelectMany(user => Enumerable.Range(log.UserStarts[user], log.UserStarts[user + 1] - log.UserStarts[user])
                .Skip(1).Where(at => log.IsTarget(at) && log.TimesMs[at] > newerThanMs).Select(at => new HeldOutTarget(user, at))),
        ];
        var hardlyMissed = log.InteractionCount / (learnedInTheEnd ? InteractionsToOneNewest : InteractionsToOneTarget);
        var count = Math.Min(hardlyMissed, Math.Min(MostNewest, Math.Max(LeastNewest, MostLogits / log.ItemCount)));
        if (count < LeastNewest || all.Length <= count)
            return [];
        var times = Array.ConvertAll(all, target => log.TimesMs[target.At]);
        Array.Sort(times);
        var cut = times[^(count + 1)];
        HeldOutTarget[] newest = [.. all.Where(target => log.TimesMs[target.At] > cut)];
        return newest.Length >= LeastNewest && newest.DistinctBy(target => target.User).Skip(LeastUsersOfNewest - 1).Any() ? newest : [];
    }

    /// <summary>Where what is held out of a user begins; null: nothing can be.</summary>
    private static int? FirstHeldOut(InteractionLog log, int user, int mostTargets, long newerThanMs)
    {
        var (start, end) = (log.UserStarts[user], log.UserStarts[user + 1]);
        if (end - start < MinInteractions)
            return null;
        // Without anything before it there is nothing to predict it from.
        int[] targets = [.. Enumerable.Range(start + 1, end - start - 1).Where(log.IsTarget)];
        if (targets.Length == 0)
            return null;
        var most = Math.Clamp(targets.Length / TargetsToOneHeldOut, 1, mostTargets);
        for (var i = targets.Length - most; i < targets.Length; i++)
        {
            // From here on all is newer: late events stand where their time says.
            if (targets[i..].All(target => log.TimesMs[target] > newerThanMs))
                return targets[i];
        }
        return null;
    }

    private static int DefaultUsers(InteractionLog log, bool learnedInTheEnd) => Math.Clamp(
        Math.Max(log.UserCount / UsersToOneHeldOut, log.InteractionCount / InteractionsToOneHeldOut), learnedInTheEnd ? LeastUsersLearnedInTheEnd : LeastUsers, MostUsers);
}
