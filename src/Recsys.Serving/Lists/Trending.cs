using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Recsys.Inference;
using Recsys.Inference.Ranker;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Lists;

/// <summary>
/// What is played most now, by namespace, from memory: each positive interaction counts one from the moment it closed, and a count halves every half-life. Those of one user with the same item count
/// once a half-life (<see cref="CountedPlay"/>), as far as the newest <see cref="KnownPlays"/> are known. A count is approximate in two ways that don't matter for a trend: what is undone or deleted
/// later keeps counting until the next start, and after a start only the log's tail is known.
/// </summary>
internal sealed class Trending(int halfLifeHours, TimeProvider time, int rankingShare = Trending.RankingShare)
{
    private const double MsPerHour = 3_600_000;
    private const int RankingShare = 20;
    /// <summary>So many plays at least are known to have counted, at most twice as many: 35 MB.</summary>
    private const int KnownPlays = 250_000;

    private readonly CountedPlays _counted = new(halfLifeHours * MsPerHour, KnownPlays);
    private readonly Lock _counting = new();
    private readonly ConcurrentDictionary<string, TrendingCounts> _byNamespace = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Namespace, string Country), CountryTrending> _byCountry = [];

    /// <summary>Hears of each interaction that moved a count, but of none that was told by <see cref="Add(in TrendPlay)"/>; null: nobody does.</summary>
    public Action<TrendPlay>? Counted { get; set; }

    /// <summary>A namespace's counts; null: nothing was counted yet. Asking leaves nothing behind: any name can be asked for.</summary>
    public TrendingCounts? Of(string ns) => _byNamespace.GetValueOrDefault(ns);

    /// <summary>What is played most now in a country; null: nothing was counted yet.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="country">ISO 3166-1 alpha-2; of one that is empty, or that nothing is known of, the world's.</param>
    public TrendingRanking? RankingOf(string ns, string country)
    {
        if (Of(ns) is not { } world) return null;
        return country.Length > 0 && _byCountry.TryGetValue((ns, country), out var own) ? own.Ranking() : world.Ranking();
    }

    /// <summary>The count of an item by which <see cref="RankingOf"/> orders, as of a moment.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="country">As for <see cref="RankingOf"/>.</param>
    /// <param name="item">The item.</param>
    /// <param name="nowMs">Unix ms.</param>
    public double CountOf(string ns, string country, uint item, long nowMs) => country.Length > 0 && _byCountry.TryGetValue((ns, country), out var own)
        ? own.CountOf(item, nowMs)
        : Of(ns)?.CountOf(item, nowMs) ?? 0;

    /// <summary>Counts an interaction, if it's one that says that somebody wanted the item.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="closed">The interaction.</param>
    /// <param name="country">Where; empty: unknown, it counts in the world alone.</param>
    public void Add(UserKey user, in ClosedInteraction closed, string country)
    {
        var interaction = closed.Interaction;
        if (!Strength.IsTarget(interaction.Kind, interaction.Strength)) return;
        var play = new TrendPlay(user.Namespace, EventIdHash.Of(user.UserId), interaction.Item, interaction.TimeMs, country, closed.Before);
        if (Add(play)) Counted?.Invoke(play);
    }

    /// <summary>Counts a play; false: the user's earlier ones say all that it does.</summary>
    public bool Add(in TrendPlay play)
    {
        bool counts, lasts;
        lock (_counting) (counts, lasts) = _counted.Add(play.UserHash, play.Item, play.TimeMs);
        var world = _byNamespace.GetOrAdd(play.Namespace, static (_, self) => self.NewCounts(), this);
        world.Add(play.Item, play.TimeMs, counts, lasts);
        if (lasts) world.WatchedNext.Add(play.Before, play.Item, play.TimeMs);
        if (play.Country.Length > 0 && counts)
            _byCountry.GetOrAdd((play.Namespace, play.Country), static (_, of) => new(of.World, of.Self.Clock, of.Self.Share), (World: world, Self: this)).Add(play.Item, play.TimeMs);
        return counts || lasts;
    }

    /// <summary>Two users turned out to be one: what one of them played counts no second time when the other plays it again.</summary>
    /// <param name="from">Whose plays were counted.</param>
    /// <param name="to">Whose plays they are from now on.</param>
    /// <param name="items">Numbers of what was played.</param>
    public void Link(UserKey from, UserKey to, IEnumerable<uint> items)
    {
        var (fromHash, toHash) = (EventIdHash.Of(from.UserId), EventIdHash.Of(to.UserId));
        foreach (var item in items)
        {
            lock (_counting) _counted.Link(fromHash, toHash, item);
        }
    }

    private TimeProvider Clock => time;

    private int Share => rankingShare;

    /// <summary>Counts the interactions of the store's newest log entries; returns how many entries were read.</summary>
    /// <param name="store">The store.</param>
    /// <param name="rules">Limits of the fold.</param>
    /// <param name="logger">Hears of entries that can't be read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="tail">How much is read; null: as much as after every start.</param>
    public async Task<int> SeedAsync(IRecsysStore store, FoldRules rules, ILogger logger, CancellationToken cancellationToken, TrendingTail? tail = null)
    {
        tail ??= new(rules, logger);
        var states = new Dictionary<UserKey, SessionState>();
        var (interactions, closed) = (new List<Interaction>(), new List<ClosedInteraction>());
        foreach (var (user, e, country) in await tail.ReadAsync(store, cancellationToken))
        {
            if (!states.TryGetValue(user, out var state)) states.Add(user, state = new());
            UserFold.Apply(state, e, rules, interactions);
            if (interactions.Count == 0) continue;
            ClosedInteraction.AddTo(closed, state, interactions);
            foreach (var one in closed) Add(user, one, country);
            interactions.Clear();
            closed.Clear();
        }

        return tail.EntryCount;
    }

    private TrendingCounts NewCounts() => new(halfLifeHours * MsPerHour, time, rankingShare);
}
