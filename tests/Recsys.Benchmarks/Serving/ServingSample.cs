using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Inference;
using Recsys.Inference.Artefacts;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Experiments;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Placements;
using Recsys.Serving.Sessions;
using Recsys.Storage;
using Recsys.Storage.Sqlite;
using Recsys.Tests.Inference;

namespace Recsys.Benchmarks.Serving;

/// <summary>A namespace as an engine has it in memory: a model over many items, a catalogue that knows them, and one user with a ring of 200.</summary>
internal sealed class ServingSample : IAsyncDisposable
{
    public const string Ns = "default";
    public const long NowMs = 1_790_000_000_000;

    /// <summary>Passes 0.1 % of the sample, by the term that is written first.</summary>
    public const string RareFirst = "tags = 'tag 110' AND price < 1 AND languages = 'en' AND attributes.year >= 1970";

    /// <summary>Passes 0.1 % of the sample, by terms that are written last.</summary>
    public const string RareLast = "languages = 'en' AND attributes.year >= 1970 AND attributes.studio = 'studio 5' AND price IN (1, 2)";

    /// <summary>Passes 0.1 % of the sample, without a text by which most items could be passed over.</summary>
    public const string RareNumbers = "duration >= 1h AND attributes.year >= 1970 AND price < 2 AND age < 18d";
    private const int RingCount = 200;

    private readonly TemporaryFolder _folder;
    private readonly SqliteStore _store;

    private ServingSample(SqliteStore store, TemporaryFolder folder)
    {
        _store = store;
        _folder = folder;
    }

    public required LiveModel Model { get; init; }

    public required AudienceLoader Audiences { get; init; }

    public required ListMaker Lists { get; init; }

    public required BatchFolder Folder { get; init; }

    public required string[] ItemIds { get; init; }

    /// <summary>The user's record as stored.</summary>
    public required UserRecord Record { get; init; }

    public static async Task<ServingSample> OpenAsync(int items, int embedding = 128, int blocks = 2)
    {
        var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        var numbers = await ItemNumbers.LoadAsync(store, CancellationToken.None);
        var mirror = await CatalogueMirror.LoadAsync(store, numbers, CancellationToken.None);
        string[] ids = [.. Enumerable.Range(0, items).Select(i => $"item-{i}")];
        var known = await numbers.ResolveAsync(Ns, ids, CancellationToken.None);
        for (var i = 0; i < items; i++) mirror.Apply(known[i], 0, 1, ItemOf(i));

        var folder = new TemporaryFolder();
        var settings = SampleModel.Settings(embedding, embedding, blocks);
        SessionArtefactWriter.Write(folder.Child("model"), SampleModel.Manifest(settings, items), SampleModel.Tensors(settings, items, 1), known);
        var models = new LiveModels();
        var model = new LiveModel(Ns, "session-1", SessionArtefact.Open(folder.Child("model")));
        models.Set(Ns, model);

        var rules = new FoldRules();
        var logger = NullLogger.Instance;
        var trending = new Trending(24, TimeProvider.System);
        var audiences = new AudienceLoader(store, rules, logger);
        var tokens = await PageTokens.OpenAsync(store, CancellationToken.None);
        var placements = await PlacementRegistry.LoadAsync(store, PlacementRules.Default, null, TimeProvider.System, logger, CancellationToken.None);
        var experiments = await ExperimentRegistry.LoadAsync(store, placements, new(store, rules, logger), models: null, roster: null, TimeProvider.System, logger, CancellationToken.None);
        var lists = new ListMaker(
            audiences, new(store, numbers, logger), numbers, mirror, models, new(TimeProvider.System), experiments, new(mirror, trending), new(mirror), new(mirror, numbers, trending), tokens,
            new(numbers, mirror), TimeProvider.System);
        return new(store, folder)
        {
            Model = model,
            Audiences = audiences,
            Lists = lists,
            Folder = new(mirror, numbers, models, new(store, rules), rules, confirmsDuplicates: false, logger),
            ItemIds = ids,
            Record = new(200, SessionStateCodec.Encode(StateOf(known, model)), default, new HashSet<ulong>()),
        };
    }

    /// <summary>A film with as many fields as films have.</summary>
    private static CatalogueItem ItemOf(int i) => new()
    {
        ItemId = $"item-{i}",
        Kind = ItemKind.Film,
        Title = $"The story of {i}",
        DurationMs = 5_400_000,
        Genres = [$"genre {i % 20}", $"genre {i % 7}"],
        Tags = [$"tag {i % 101}", $"tag {i % 103}", $"tag {i % 107}", $"tag {i % 109}", $"tag {i % 113}"],
        Creators = [$"director {i % 5_003}", $"actor {i % 10_007}"],
        Languages = ["en"],
        PriceCurrency = "EUR",
        PriceMicros = i % 10 * 1_000_000,
        PublishTimeMs = NowMs - (i % 3_650 * 86_400_000L),
        Attributes = new Dictionary<string, ItemAttribute>
        {
            ["year"] = new() { Number = 1_970 + (i % 50) },
            ["studio"] = new() { Text = $"studio {i % 211}" },
            ["free"] = new() { Flag = i % 3 == 0 },
        },
    };

    /// <summary>A batch of one event of the sample's user.</summary>
    public UserBatch BatchOf(WatchEvent e)
    {
        var batch = new UserBatch(new(Ns, e.UserId));
        batch.Add(new(new(Ns, [e], NowMs), 0, null));
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private static SessionState StateOf(uint[] numbers, LiveModel model)
    {
        var state = new SessionState { NewestEventMs = NowMs - 60_000, InteractionCount = RingCount };
        for (var i = 0; i < RingCount; i++)
            state.Ring.Add(new(numbers[i * 37 % numbers.Length], InteractionKind.Play, 200, NowMs - ((RingCount - i) * 3_600_000L)));
        NetworkFollower.Follow(state, model);
        return state;
    }
}
