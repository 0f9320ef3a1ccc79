using Microsoft.Extensions.Logging;
using Recsys.Serving.Access;
using Recsys.Serving.Archive;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Experiments;
using Recsys.Serving.Learning;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Models;
using Recsys.Serving.Placements;
using Recsys.Serving.Replicas;
using Recsys.Serving.Sessions;
using Recsys.Serving.Shelves;
using Recsys.Serving.Steering;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Serving;

/// <summary>
/// The online engine: events in, state forward, ranked lists out, in five steps.
/// <list type="number">
/// <item>Queue: an event waits with its user's other events (<see cref="UserMailboxes"/>).</item>
/// <item>Fold: what waits together moves the user's state once (<see cref="BatchFolder"/>, <see cref="UserFold"/>).</item>
/// <item>Follow: the network takes one step for each new interaction (<see cref="NetworkFollower"/>).</item>
/// <item>Commit: events and state are stored in one atomic change, and only then acknowledged (<see cref="EventCommitter"/>).</item>
/// <item>Rank: a list is made from the stored state (<see cref="ListMaker"/>).</item>
/// </list>
/// </summary>
public sealed class Engine : IAsyncDisposable
{
    private readonly IRecsysStore _store;
    private readonly TimeProvider _time;
    private readonly ServingMetrics _metrics;
    private readonly LiveModels _liveModels;
    private readonly UserWatchers _watchers;
    private readonly UserMailboxes _mailboxes;
    private readonly EventUndo _undo;
    private readonly ListMaker _lists;
    private readonly PlainLists _plainLists;
    private readonly ShelfMaker _shelves;
    private readonly SharedChanges? _changes;
    private readonly ReplicaRoster? _roster;
    private readonly SharedPlays? _sharedPlays;
    private readonly Archiver? _archiver;

    private Engine(EngineParts parts)
    {
        _store = parts.Store;
        _time = parts.Time;
        _metrics = parts.Metrics;
        _liveModels = parts.LiveModels;
        _watchers = parts.Watchers;
        _mailboxes = parts.Mailboxes;
        _undo = parts.Undo;
        _lists = parts.Lists;
        _plainLists = parts.PlainLists;
        _shelves = new(parts.ShelfParts, parts.Lists, parts.PlainLists, parts.ItemNumbers, parts.LiveModels, parts.Placements, parts.Experiments, parts.Time);
        _changes = parts.Changes;
        _roster = parts.Roster;
        _sharedPlays = parts.SharedPlays;
        ItemNumbers = parts.ItemNumbers;
        Catalogue = parts.Catalogue;
        Users = parts.Users;
        Preferences = new(parts.Users, parts.Time);
        Models = parts.Models;
        ApiKeys = parts.ApiKeys;
        Placements = parts.Placements;
        Experiments = parts.Experiments;
        Exposures = parts.Exposures;
        _archiver = parts.Archiver;
        _archiver?.Start();
        Learning = parts.Learning;
        Learning.Start();
        _liveModels.Changed += _watchers.NotifyNamespace;
    }

    /// <summary>The catalogue.</summary>
    public ItemCatalogue Catalogue { get; }

    /// <summary>Users.</summary>
    public UserDirectory Users { get; }

    /// <summary>What users say they want.</summary>
    public PreferenceBook Preferences { get; }

    /// <summary>Models.</summary>
    public ModelRegistry Models { get; }

    /// <summary>Trainings that the engine begins by itself.</summary>
    public ContinuousLearning Learning { get; }

    /// <summary>API keys.</summary>
    public ApiKeyRegistry ApiKeys { get; }

    /// <summary>Placements.</summary>
    public PlacementRegistry Placements { get; }

    /// <summary>Experiments.</summary>
    public ExperimentRegistry Experiments { get; }

    /// <summary>What was shown, and what came of it.</summary>
    public ExposureLog Exposures { get; }

    /// <summary>How firmly an accepted event is stored.</summary>
    public StoreDurability Durability => _store.Durability;

    /// <summary>Opens the engine over a store (which it doesn't own): loads item numbers, catalogue, keys, live models, placements and experiments, seeds trending from the log's tail.</summary>
    /// <exception cref="StoreUnavailableException">The store is down.</exception>
    public static async Task<Engine> OpenAsync(
        IRecsysStore store, EngineOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        new(await EngineParts.AssembleAsync(store, options, RulesOf(options), time, loggers, cancellationToken));

    /// <summary>
    /// As <see cref="OpenAsync(IRecsysStore, EngineOptions, TimeProvider, ILoggerFactory, CancellationToken)"/>, for a time that isn't the present one: lists don't depend on how fast it goes, and
    /// learning happens only when <see cref="ContinuousLearning.RunOnceAsync"/> is called.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is down.</exception>
    public static Task<Engine> OpenReplayAsync(
        IRecsysStore store, EngineOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        OpenAsync(store, options with { IsReplay = true }, time, loggers, cancellationToken);

    /// <summary>Takes events in, in order per user, and returns one outcome each, in the order given, once all are settled.</summary>
    public ValueTask<IReadOnlyList<EventOutcome>> WriteAsync(string ns, IReadOnlyList<WatchEvent> events, CancellationToken cancellationToken) =>
        _mailboxes.WriteAsync(new(ns, events, _time.GetUtcNow().ToUnixTimeMilliseconds(), _time.GetTimestamp()), cancellationToken);

    /// <summary>Takes events back and rebuilds the user's state.</summary>
    /// <exception cref="EngineException">Unavailable, Overloaded.</exception>
    public ValueTask<IReadOnlyList<UndoOutcome>> UndoAsync(string ns, string userId, IReadOnlyList<string> eventIds, CancellationToken cancellationToken) =>
        _undo.UndoAsync(new(ns, userId), eventIds, cancellationToken);

    /// <summary>Makes one list.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token). A store that is down gives a degraded list, not an error.</exception>
    public async ValueTask<RankedList> RecommendAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var received = request.UserIds.Count == 1 ? _watchers.TakeReceived(new(request.Namespace, request.UserIds[0])) : 0;
        var list = await _lists.MakeAsync(request, cancellationToken);
        _metrics.List(_time.GetElapsedTime(start));
        if (received == 0) return list;
        _metrics.Fresh(_time.GetElapsedTime(received));
        return list with { ReceivedTimestamp = received };
    }

    /// <summary>Makes the shelves of a screen. A store that is down gives degraded ones, not an error.</summary>
    public async ValueTask<ShelvesAnswer> RecommendShelvesAsync(ShelvesRequest request, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var answer = await _shelves.MakeAsync(request, cancellationToken);
        _metrics.List(_time.GetElapsedTime(start));
        return answer;
    }

    /// <summary>Items like one item.</summary>
    /// <exception cref="EngineException">NotFound, InvalidArgument (page_token).</exception>
    public ValueTask<PlainList> ListSimilarAsync(PlainListRequest request, CancellationToken cancellationToken) => new(_plainLists.Similar(request, cancellationToken));

    /// <summary>What is played most now.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public ValueTask<PlainList> ListTrendingAsync(PlainListRequest request, CancellationToken cancellationToken) => new(_plainLists.Trending(request, cancellationToken));

    /// <summary>Calls back when the watch begins and after each commit, profile change or model switch that may change the user's list, whichever server of a shared store it came
    /// through. From any thread, also before this returns: the callback must only set a flag or signal. Dispose to end it.</summary>
    public IDisposable Watch(UserKey user, Action onChanged) => _watchers.Add(user, onChanged);

    /// <summary>Finishes what is queued and stops. Doesn't dispose the store.</summary>
    public async ValueTask DisposeAsync()
    {
        _liveModels.Changed -= _watchers.NotifyNamespace;
        if (_changes is not null) await _changes.DisposeAsync();
        Models.Close();
        await Learning.DisposeAsync();
        if (_roster is not null) await _roster.LeaveAsync();
        if (_sharedPlays is not null) await _sharedPlays.LeaveAsync();
        if (_archiver is not null) await _archiver.DisposeAsync();
        await _mailboxes.DisposeAsync();
        _metrics.Dispose();
    }

    /// <summary>As <see cref="OpenAsync(IRecsysStore, EngineOptions, TimeProvider, ILoggerFactory, CancellationToken)"/>, with other limits than the engine's own: small ones
    /// let tests meet them often.</summary>
    internal static async Task<Engine> OpenAsync(
        IRecsysStore store, EngineOptions options, FoldRules rules, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        new(await EngineParts.AssembleAsync(store, options, rules, time, loggers, cancellationToken));

    /// <summary>The live models, for tests that set one without the registry.</summary>
    internal LiveModels LiveModels => _liveModels;

    /// <summary>The item numbers, for tests that make models without the registry.</summary>
    internal ItemNumbers ItemNumbers { get; }

    /// <summary>The mailboxes, for tests of what runs beside events.</summary>
    internal UserMailboxes Mailboxes => _mailboxes;

    private static FoldRules RulesOf(EngineOptions options) => new() { PlayTimeoutMs = options.PlayTimeoutMinutes * 60_000L };
}
