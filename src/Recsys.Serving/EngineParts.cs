using Microsoft.Extensions.Logging;
using Recsys.Serving.Access;
using Recsys.Serving.Archive;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Experiments;
using Recsys.Serving.Fresh;
using Recsys.Serving.Learning;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Models;
using Recsys.Serving.Placements;
using Recsys.Serving.Replicas;
using Recsys.Serving.Sessions;
using Recsys.Serving.Shelves;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Serving;

/// <summary>What an engine is made of, put together in one place.</summary>
internal sealed record EngineParts
{
    // About 10 MB at most.
    private const int RecentUserCount = 60_000;

    public required IRecsysStore Store { get; init; }

    public required TimeProvider Time { get; init; }

    public required ServingMetrics Metrics { get; init; }

    public required ItemNumbers ItemNumbers { get; init; }

    public required LiveModels LiveModels { get; init; }

    public required UserWatchers Watchers { get; init; }

    public required UserMailboxes Mailboxes { get; init; }

    public required EventUndo Undo { get; init; }

    public required ListMaker Lists { get; init; }

    public required PlainLists PlainLists { get; init; }

    public required ShelfParts ShelfParts { get; init; }

    public required ItemCatalogue Catalogue { get; init; }

    public required UserDirectory Users { get; init; }

    public required ModelRegistry Models { get; init; }

    public required ContinuousLearning Learning { get; init; }

    public required ApiKeyRegistry ApiKeys { get; init; }

    public required PlacementRegistry Placements { get; init; }

    public required ExperimentRegistry Experiments { get; init; }

    public required ExposureLog Exposures { get; init; }

    /// <summary>What other replicas change; null: the store is this process' own.</summary>
    public required SharedChanges? Changes { get; init; }

    /// <summary>Null: as above.</summary>
    public required ReplicaRoster? Roster { get; init; }

    /// <summary>Null: as above.</summary>
    public required SharedPlays? SharedPlays { get; init; }

    /// <summary>Null: there is no archive.</summary>
    public required Archiver? Archiver { get; init; }

    public static async Task<EngineParts> AssembleAsync(
        IRecsysStore store, EngineOptions options, FoldRules rules, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger("Recsys.Serving");
        var items = await ItemNumbers.LoadAsync(store, cancellationToken);
        var changes = store.IsShared ? await OpenChangesAsync(store, items, options, time, logger, cancellationToken) : null;
        var mirror = await CatalogueMirror.LoadAsync(store, items, cancellationToken);
        var keys = await ApiKeyRegistry.LoadAsync(store, time, cancellationToken);
        var tokens = await PageTokens.OpenAsync(store, cancellationToken);
        var trending = options.IsReplay ? new Trending(options.TrendingHalfLifeHours, time, rankingShare: 0) : new Trending(options.TrendingHalfLifeHours, time);
        var seeded = await trending.SeedAsync(store, rules, logger, cancellationToken);
        var shared = store.IsShared ? new SharedPlays(store, trending, time, logger) : null;
        if (shared is not null) await ForgetAsync(shared, cancellationToken);
        trending.Counted = shared is null ? null : shared.DropNewestAdd;

        var models = new LiveModels();
        var fresh = new FreshItems(mirror, items, models, time);
        var missing = new MissingModels(time);
        var metrics = new ServingMetrics();
        var recent = new RecentUsers(RecentUserCount);
        var roster = store.IsShared ? new ReplicaRoster(store, time) : null;
        var registry = new ModelRegistry(store, options, items, mirror, models, missing, recent, roster, metrics, rules, time, loggers);
        await registry.LoadLiveAsync(cancellationToken);
        metrics.Observe(models, time);
        mirror.TakenOver = updateTimeMs => metrics.ItemFresh(time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(updateTimeMs));

        // First it says that it's there: from then on whoever changes a placement waits for it, and what was changed before is loaded.
        if (roster is not null) await AnnounceAsync(roster, changes!, cancellationToken);
        var placements = await PlacementRegistry.LoadAsync(store, PlacementRules.Default, roster, time, logger, cancellationToken);
        var outcomes = new OutcomeReader(store, rules, logger);
        var experiments = await ExperimentRegistry.LoadAsync(store, placements, outcomes, new(registry, models, time, logger), roster, time, logger, cancellationToken);
        models.OfVariant = experiments.ModelOf;
        var watchers = new UserWatchers(store);
        var (ofEvents, ofLists) = (new MeteredStore(store, metrics, "events"), new MeteredStore(store, metrics, "lists"));
        var (audiences, shown) = (new AudienceLoader(ofLists, rules, logger, watchers), new ShownItems(ofLists, items, logger));
        var refold = new Refold(ofEvents, rules);
        var marks = new ArchiveMarks(store, time);
        var mailboxes = new UserMailboxes(NewCommitter, watchers, metrics, options.MaxPendingEvents, logger);
        var parts = new EngineParts
        {
            Store = store,
            Time = time,
            Metrics = metrics,
            ItemNumbers = items,
            LiveModels = models,
            Watchers = watchers,
            Mailboxes = mailboxes,
            Undo = new(store, mailboxes, refold, models, marks, time),
            Lists = new(
                audiences, shown, items, mirror, models, missing, experiments, new(mirror, trending, fresh), new(mirror), new(mirror, items, trending, fresh), tokens, new(items, mirror), time),
            PlainLists = new(items, mirror, models, trending, tokens, time),
            ShelfParts = new(audiences, shown, mirror, trending),
            Catalogue = new(store, items, mirror, time, metrics, roster),
            Users = new(store, items, mailboxes, models, rules, marks, trending, time, loggers),
            Models = registry,
            Learning = new(store, registry, options, metrics, time, logger),
            ApiKeys = keys,
            Placements = placements,
            Experiments = experiments,
            Exposures = new(outcomes, items, experiments),
            Changes = changes,
            Roster = roster,
            SharedPlays = shared,
            Archiver = options.Archive.Length == 0 ? null : new(store, items, options, time, logger),
        };
        changes?.Follow(ItemCatalogue.Collection, mirror.ApplyAsync);
        changes?.Follow(ApiKeyRegistry.Collection, keys.ApplyAsync);
        changes?.Follow(ModelDocuments.LiveCollection, registry.FollowAsync);
        changes?.Follow(PlacementDocuments.Collection, placements.ApplyAsync);
        changes?.Follow(ExperimentsDocument.Collection, experiments.ApplyAsync);
        if (shared is not null) changes?.Follow(SharedPlays.Collection, shared.ApplyAsync);
        if (roster is not null)
        {
            changes?.Reached(PlacementDocuments.Collection, roster.PlacementsAsync);
            changes?.Reached(ExperimentsDocument.Collection, roster.ExperimentsAsync);
            changes?.Reached(ItemCatalogue.Collection, roster.ItemsAsync);
            changes?.EachTime(EachTimeAsync);
        }

        changes?.Start();
        logger.EngineOpen(seeded);
        return parts;

        async Task EachTimeAsync(CancellationToken stop)
        {
            registry.TryMissingAgain();
            await roster.BeatAsync(stop);
            if (shared is not null) await shared.TellAsync(stop);
        }

        EventCommitter NewCommitter() =>
            new(
                ofEvents, items, new(mirror, items, models, refold, rules, confirmsDuplicates: store.Durability == StoreDurability.Replicated, logger),
                trending, recent, watchers, metrics, time, logger);
    }

    /// <summary>Says which placements, experiments and items this replica has. A store that takes no writes now still serves reads: the next beat says it again.</summary>
    private static async Task AnnounceAsync(ReplicaRoster roster, SharedChanges changes, CancellationToken cancellationToken)
    {
        try
        {
            await roster.PlacementsAsync(changes.RevisionsOf(PlacementDocuments.Collection), cancellationToken);
            await roster.ExperimentsAsync(changes.RevisionsOf(ExperimentsDocument.Collection), cancellationToken);
            await roster.ItemsAsync(changes.RevisionsOf(ItemCatalogue.Collection), cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or EngineException)
        {
            // Whoever writes a placement meanwhile waits for this replica only from its next beat on.
        }
    }

    /// <summary>A store that takes no writes now still serves reads: another start takes away what dead replicas left.</summary>
    private static async Task ForgetAsync(SharedPlays shared, CancellationToken cancellationToken)
    {
        try
        {
            await shared.ForgetAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // Nothing depends on it.
        }
    }

    private static Task<SharedChanges> OpenChangesAsync(
        IRecsysStore store, ItemNumbers items, EngineOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken) => SharedChanges.OpenAsync(
        store,
        items,
        [ItemCatalogue.Collection, ApiKeyRegistry.Collection, ModelDocuments.LiveCollection, PlacementDocuments.Collection, ExperimentsDocument.Collection, SharedPlays.Collection],
        TimeSpan.FromMilliseconds(options.RefreshMs),
        time,
        logger,
        cancellationToken);
}
