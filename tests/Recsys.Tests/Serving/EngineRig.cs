using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Serving.Users;
using Recsys.Storage;
using Recsys.Storage.Sqlite;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Serving;

/// <summary>An engine over a real, temporary store, with a clock that the test moves.</summary>
internal sealed class EngineRig : IAsyncDisposable
{
    public const string Ns = "default";

    private readonly TemporaryFolder _folder = new();
    private readonly EngineOptions _options;
    private readonly FoldRules _rules;

    private EngineRig(SqliteStore sqlite, GatedStore store, EngineOptions options, FoldRules rules)
    {
        Sqlite = sqlite;
        Store = store;
        _options = options;
        _rules = rules;
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public SqliteStore Sqlite { get; }

    /// <summary>The real store behind a gate that can hold commits back or refuse service.</summary>
    public GatedStore Store { get; }

    public FoldRules Rules => _rules;

    /// <summary>A path in the folder of the engine's models.</summary>
    public string Temporary(string name) => _folder.Child(name);

    public Engine Engine { get; private set; } = null!;

    public static async Task<EngineRig> OpenAsync(FoldRules? rules = null, int maxPending = 100_000)
    {
        var sqlite = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        var rig = new EngineRig(sqlite, new(sqlite), new() { ModelFolder = Path.GetTempPath(), MaxPendingEvents = maxPending }, rules ?? new());
        rig.Engine = await rig.NewEngineAsync();
        return rig;
    }

    /// <summary>Another engine over the same store, as a second process would be.</summary>
    public Task<Engine> NewEngineAsync() =>
        Engine.OpenAsync(Store, _options with { ModelFolder = _folder.Path }, _rules, Time, NullLoggerFactory.Instance, CancellationToken.None);

    public async Task ReopenAsync()
    {
        await Engine.DisposeAsync();
        Engine = await NewEngineAsync();
    }

    public async Task<EventOutcome[]> WriteAsync(params WatchEvent[] events) => [.. await Engine.WriteAsync(Ns, events, CancellationToken.None)];

    public async Task<SessionState> StateAsync(string user) => SessionStateCodec.Decode((await RecordAsync(user)).State.Span);

    public async Task<UserRecord> RecordAsync(string user) =>
        (await Sqlite.LoadAsync([new(new(Ns, user), [])], NowMs, CancellationToken.None))[0];

    public async Task<IReadOnlyList<LogEntry>> LogAsync(string user, LogStream stream = LogStream.Events) =>
        await Sqlite.ReadUserLogAsync(new(Ns, user), stream, 0, 100_000, newestFirst: false, CancellationToken.None);

    public async Task<RankedList> ListAsync(ListRequest request) => await Engine.RecommendAsync(request, CancellationToken.None);

    public Task<RankedList> ListAsync(string user, int size = 20) => ListAsync(new() { Namespace = Ns, UserIds = [user], PageSize = size });

    public async Task PutItemsAsync(params CatalogueItem[] items) => await Engine.Catalogue.UpsertAsync(Ns, items, CancellationToken.None);

    public async Task PutProfileAsync(UserProfile profile)
    {
        var commit = new UserCommit { User = new(Ns, profile.UserId), ExpectedRevision = null, Profile = UserProfileJson.Write(profile), ReceiveTimeMs = NowMs };
        Assert.Equal(CommitStatus.Committed, (await Sqlite.CommitAsync([commit], CancellationToken.None))[0].Status);
    }

    public async Task<uint> NumberAsync(string item) => (await Engine.ItemNumbers.ResolveAsync(Ns, [item], CancellationToken.None))[0];

    /// <summary>A model with random weights that knows these items; not live yet.</summary>
    public async Task<LiveModel> NewModelAsync(
        string version, string[] items, int seed = 1, int size = 16, int blocks = 1, bool timeGaps = false, ModelPartners? partners = null, ModelExtras? extras = null)
    {
        partners ??= ModelPartners.None;
        extras ??= new();
        var numbers = await Engine.ItemNumbers.ResolveAsync(Ns, items, CancellationToken.None);
        var settings = SampleModel.Settings(size, size, blocks) with
        {
            TimeGaps = timeGaps,
            RulesWeight = partners.Weights.Rules,
            RulesScale = partners.Weights.RulesScale,
            NeighboursWeight = partners.Weights.Neighbours,
            Taste = extras.Taste?.Options,
            Linear = extras.Linear is not null,
            Facts = extras.Facts is not null,
            RankerCalibration = extras.Calibration,
            RankerFeatures = extras.Ranker is null ? null : RankerTable.FeatureNames,
            TrendingHalfLifeHours = extras.Ranker is null ? 0 : extras.TrendingHalfLifeHours,
        };
        var path = _folder.Child($"model-{Guid.NewGuid():n}");
        NamedTensor[] tensors =
        [
            .. SampleModel.Tensors(settings, items.Length, seed),
            .. partners.Rules is null ? [] : ItemRulesTensors.Rules.Of(partners.Rules),
            .. partners.Neighbours is null ? [] : SessionKnnTensors.Of(partners.Neighbours),
            .. extras.Taste is null ? [] : TasteTensors.Of(extras.Taste),
            .. extras.Linear is null ? [] : ItemRulesTensors.Linear.Of(extras.Linear),
            .. extras.Ranker is null ? [] : RankerTensors.Of(extras.Ranker),
            .. extras.Facts is null ? [] : extras.Facts.ToTensors(),
        ];
        SessionArtefactWriter.Write(path, SampleModel.Manifest(settings, items.Length), tensors, [.. numbers]);
        return new(Ns, version, SessionArtefact.Open(path));
    }

    public async Task<LiveModel> GoLiveAsync(
        string version, string[] items, int seed = 1, int size = 16, int blocks = 1, bool timeGaps = false, ModelPartners? partners = null, ModelExtras? extras = null)
    {
        var model = await NewModelAsync(version, items, seed, size, blocks, timeGaps, partners, extras);
        Engine.LiveModels.Set(Ns, model);
        return model;
    }

    public WatchEvent Event(string user, WatchEventType type, string item, long? timeMs = null, string id = "", string session = "", long position = -1, long duration = -1) => new()
    {
        UserId = user,
        Type = type,
        ItemId = item,
        EventId = id,
        SessionId = session,
        EventTimeMs = timeMs ?? NowMs,
        PositionMs = position,
        DurationMs = duration,
    };

    public WatchEvent Like(string user, string item, long? timeMs = null, string id = "") => Event(user, WatchEventType.Like, item, timeMs, id);

    public async ValueTask DisposeAsync()
    {
        Store.Open();
        await Engine.DisposeAsync();
        await Sqlite.DisposeAsync();
        _folder.Dispose();
    }
}
