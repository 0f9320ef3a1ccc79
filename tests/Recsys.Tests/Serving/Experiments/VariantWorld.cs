using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Experiments;
using Recsys.Serving.Lists;
using Recsys.Serving.Shelves;

namespace Recsys.Tests.Serving.Experiments;

/// <summary>
/// An engine with a catalogue, some items of which no model knows, and models of every source: "session-1" is live, "session-2" is another one. Two worlds to which the same is done make the same
/// lists, if they have the same model live.
/// </summary>
internal sealed class VariantWorld : IAsyncDisposable
{
    public const string Ns = EngineRig.Ns;
    public const string Placement = "home";
    public const string LiveVersion = "session-1";
    public const string OtherVersion = "session-2";
    private const int Known = 40;
    private const int New = 4;

    private static readonly string[] Ids = [.. Enumerable.Range(0, Known).Select(i => $"item-{i:d2}")];

    private VariantWorld(EngineRig rig) => Rig = rig;

    public EngineRig Rig { get; }

    public Engine Engine => Rig.Engine;

    private static CancellationToken None => CancellationToken.None;

    public static async Task<VariantWorld> OpenAsync()
    {
        var world = new VariantWorld(await EngineRig.OpenAsync());
        await world.Rig.PutItemsAsync([.. Enumerable.Range(0, Known).Select(i => Item(Ids[i], i)), .. Enumerable.Range(0, New).Select(i => Item($"new-{i}", i * 3))]);
        await world.Engine.Placements.PutAsync(Ns, new() { PlacementId = Placement }, "", "", validateOnly: false, None);
        Assert.Equal(LiveVersion, await world.AddModelAsync(1, activate: true));
        Assert.Equal(OtherVersion, await world.AddModelAsync(2));
        return world;
    }

    /// <summary>Variant "a" is the control and has the live model, "b" has another one; a fifth of the users are in neither.</summary>
    public static Experiment Experiment(string version = OtherVersion, string id = "test", string placement = Placement) => new()
    {
        ExperimentId = id,
        Placement = placement,
        Control = "a",
        Variants = [new("a", 0.4, "", []), new("b", 0.4, "", []) { ModelVersion = version }],
    };

    /// <summary>Registers one more model, as one that was trained elsewhere.</summary>
    public async Task<string> AddModelAsync(int seed, bool activate = false)
    {
        var model = await Rig.NewModelAsync("", Ids, seed, timeGaps: true, extras: Extras(seed));
        return (await Engine.Models.AddAsync(Ns, model.Network.Artefact.Folder, activate, None)).ModelVersion;
    }

    public string CopyOfLiveArtefact(string name)
    {
        var copy = Directory.CreateDirectory(Rig.Temporary(name)).FullName;
        foreach (var file in Directory.EnumerateFiles(Engine.LiveModels.Of(Ns)!.Network.Artefact.Folder)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    public async Task PutAsync(Experiment experiment)
    {
        Assert.Empty(await Engine.Experiments.CheckAsync(Ns, experiment, None));
        await Engine.Experiments.PutAsync(Ns, experiment, "", validateOnly: false, None);
    }

    public Task StopAsync(string id = "test") => Engine.Experiments.StopAsync(Ns, id, "", None).AsTask();

    /// <summary>Whole and open plays, likes, and what comes late: of each user something else.</summary>
    public async Task ActAsync(int users, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            for (var user = 0; user < users; user++)
            {
                var item = Ids[((user * 7) + (i * (user + 3))) % Known];
                var late = i % 8 == 7 ? 90_000 : 0;
                await Rig.WriteAsync(i % 4 == 3 ? Rig.Like($"u{user}", item, Rig.NowMs - late) : Rig.Event($"u{user}", WatchEventType.Play, item, position: 60 + i, duration: 100));
                if (i == to - 1 && user % 3 == 0) await Rig.WriteAsync(Rig.Event($"u{user}", WatchEventType.PlayStart, Ids[user], session: "s", position: 0, duration: 100));
            }

            Rig.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    public Task<RankedList> ListAsync(params string[] users) => Rig.ListAsync(Request(users));

    public static ListRequest Request(params string[] users) => new() { Namespace = Ns, UserIds = users, Placement = Placement, PageSize = 30, Explain = true };

    public async Task<IReadOnlyList<Shelf>> ShelvesAsync(string user) => (await Engine.RecommendShelvesAsync(
        new()
        {
            Namespace = Ns,
            UserIds = [user],
            Shelves = [.. Enum.GetValues<ShelfKind>().Where(kind => kind != default).Select(kind => new ShelfRequest(kind) { Placement = Placement, PageSize = 5 })],
        },
        None)).Shelves;

    public ValueTask DisposeAsync() => Rig.DisposeAsync();

    private static CatalogueItem Item(string id, int i) => new() { ItemId = id, Kind = ItemKind.Film, Genres = [$"genre {i % 7}", $"genre {10 + (i % 11)}"], Creators = [$"maker {i % 13}"] };

    private static ModelExtras Extras(int seed)
    {
        var random = new Random(seed);
        var f = RankerTable.FeatureCount;
        var ranker = new RankerWeights(Some(f, 1), Some(f, 1), [.. Some(f, 1).Select(Math.Abs)], Some(8 * f, 0.3f), Some(8, 0.1f), Some(4 * 8, 0.3f), Some(4, 0.1f), Some(4, 1));
        return new(new(new(Some(Known * 6, 0.5f), 6), new TasteOptions { Dimensions = 6, UnobservedWeight = 0.1f, StrengthWeight = 2 }), Ranker: ranker);

        float[] Some(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => scale * (random.NextSingle() - 0.2f))];
    }
}
