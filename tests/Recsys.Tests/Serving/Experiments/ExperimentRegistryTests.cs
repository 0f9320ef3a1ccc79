using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Recsys.Serving;
using Recsys.Serving.Experiments;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving.Experiments;

public sealed class ExperimentRegistryTests : IAsyncLifetime
{
    private const string Ns = "default";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private SqliteStore _store = null!;
    private PlacementRegistry _placements = null!;
    private ExperimentRegistry _registry = null!;

    private static CancellationToken None => CancellationToken.None;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What is wrong, alone, and the one field that must be named for it.</summary>
    public static TheoryData<string, Func<Experiment, Experiment>> Faults => new()
    {
        { "experiment.placement", whole => whole with { Placement = "unknown" } },
        { "experiment.variants", whole => whole with { Variants = [.. whole.Variants.Take(1)] } },
        { "experiment.variants", whole => whole with { Variants = [.. Enumerable.Range(0, 11).Select(i => Variant($"v{i}", 0.01))] } },
        { "experiment.variants", whole => whole with { Variants = [Variant("a", 0.6), Variant("b", 0.5)] } },
        { "experiment.variants[1].name", whole => whole with { Variants = [Variant("a", 0.5), Variant("a", 0.5)] } },
        { "experiment.variants[0].share", whole => whole with { Variants = [Variant("a", 0), Variant("b", 0.5)] } },
        { "experiment.variants[1].share", whole => whole with { Variants = [Variant("a", 0.5), Variant("b", -0.5)] } },
        { "experiment.variants[1].share", whole => whole with { Variants = [Variant("a", 0.5), Variant("b", 0.0009)] } },
        { "experiment.variants[0].share", whole => whole with { Variants = [Variant("a", double.NaN), Variant("b", 0.5)] } },
        { "experiment.variants[1].placement_id", whole => whole with { Variants = [Variant("a", 0.5), Variant("b", 0.5) with { PlacementId = "unknown" }] } },
        {
            "experiment.variants[1].sources",
            whole => whole with { Variants = [Variant("a", 0.5), Variant("b", 0.5, [.. Enum.GetValues<CandidateSource>().Select(source => new PlacementSource(source, 0))])] }
        },
        { "experiment.variants[0].sources[0].source", whole => whole with { Variants = [Variant("a", 0.5, new PlacementSource(0, 1)), Variant("b", 0.5)] } },
        { "experiment.variants[0].sources[0].weight", whole => whole with { Variants = [Variant("a", 0.5, new PlacementSource(CandidateSource.Taste, -1)), Variant("b", 0.5)] } },
        { "experiment.control", whole => whole with { Control = "" } },
        { "experiment.control", whole => whole with { Control = "c" } },
    };

    /// <summary>Experiments whose shares are more than all users.</summary>
    private static byte[] Unsplittable => new ExperimentsDocument(9, [Home() with { Variants = [Variant("a", 0.9), Variant("b", 0.9)] }]).Write();

    public async Task InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        _placements = await PlacementRegistry.LoadAsync(_store, PlacementRules.Default, roster: null, _time, NullLogger.Instance, None);
        foreach (var id in (string[])["home", "end", "calm"]) await _placements.PutAsync(Ns, new() { PlacementId = id, TitleKey = id }, "", "", validateOnly: false, None);
        _registry = await LoadAsync();
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Experiment_when_one_thing_is_wrong_names_that_field(string field, Func<Experiment, Experiment> fault)
    {
        Assert.Empty(await _registry.CheckAsync(Ns, Home(), None));
        Assert.Contains(field, (await _registry.CheckAsync(Ns, fault(Home()), None)).Select(violation => violation.Field));
    }

    [Fact]
    public async Task Experiment_when_put_is_read_back_and_after_a_restart_the_same()
    {
        var sent = Home() with { Salt = "s", Variants = [Variant("a", 0.25, new PlacementSource(CandidateSource.Taste, 0)), Variant("b", 0.5) with { PlacementId = "calm" }] };
        var written = await PutAsync(sent);
        var expected = sent with { Version = 1, StartTimeMs = NowMs };
        Assert.True(written.Created);
        foreach (var registry in new[] { _registry, await LoadAsync() })
        {
            Assert.Equivalent(expected, Assert.Single(registry.List(Ns)), strict: true);
            Assert.Equivalent(expected, await registry.GetAsync(Ns, "test", None), strict: true);
        }
    }

    [Fact]
    public async Task Experiment_when_put_as_it_is_runs_on_and_changed_or_stopped_it_starts_anew()
    {
        var first = await PutAsync(Home());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equivalent(first.Experiment, (await PutAsync(Home())).Experiment, strict: true);
        var changed = (await PutAsync(Home() with { Salt = "new" })).Experiment;
        Assert.Equal((NowMs, 2L), (changed.StartTimeMs, changed.Version));

        _time.Advance(TimeSpan.FromHours(1));
        var stopped = (await _registry.StopAsync(Ns, "test", "", None)).Experiment;
        Assert.Equal((NowMs, changed.StartTimeMs), (stopped.StopTimeMs, stopped.StartTimeMs));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equivalent(stopped, (await _registry.StopAsync(Ns, "test", "", None)).Experiment, strict: true);
        var again = (await PutAsync(stopped)).Experiment;
        Assert.Equal((NowMs, null), (again.StartTimeMs, again.StopTimeMs));
    }

    [Fact]
    public async Task Second_experiment_of_a_placement_is_refused_while_the_first_runs()
    {
        await PutAsync(Home());
        var other = Home() with { ExperimentId = "other" };
        var error = await FailsAsync(EngineErrorKind.FailedPrecondition, "EXPERIMENT_RUNNING", () => PutAsync(other));
        Assert.Equal("experiment.placement", error.Field);

        // Also where another replica started it and this one hasn't heard of it yet.
        var late = await LoadAsync();
        await _registry.DeleteAsync(Ns, "test", "", None);
        await PutAsync(other);
        await FailsAsync(EngineErrorKind.FailedPrecondition, "EXPERIMENT_RUNNING", () => late.PutAsync(Ns, Home(), "", validateOnly: true, None));
        await PutAsync(Home() with { Placement = "end" });
        await _registry.StopAsync(Ns, "other", "", None);
        await PutAsync(other with { ExperimentId = "third" });
    }

    [Fact]
    public async Task Etag_when_it_is_not_the_stored_one_aborts_also_after_a_deletion()
    {
        var first = (await PutAsync(Home())).Experiment;
        await FailsAsync(EngineErrorKind.Aborted, "ETAG_MISMATCH", () => _registry.StopAsync(Ns, "test", "7", None));
        await _registry.DeleteAsync(Ns, "test", ExperimentRegistry.Etag(first), None);
        await FailsAsync(EngineErrorKind.NotFound, "EXPERIMENT_NOT_FOUND", () => _registry.GetAsync(Ns, "test", None));
        await FailsAsync(EngineErrorKind.NotFound, "EXPERIMENT_NOT_FOUND", () => _registry.StopAsync(Ns, "test", "", None));
        await PutAsync(Home());
        await FailsAsync(EngineErrorKind.Aborted, "ETAG_MISMATCH", () => _registry.PutAsync(Ns, Home(), ExperimentRegistry.Etag(first), validateOnly: false, None));
    }

    [Fact]
    public async Task Choice_is_that_of_the_users_variant_of_the_control_for_nobody_and_the_placements_own_outside()
    {
        Variantless("u");
        await PutAsync(Home() with { Variants = [Variant("a", 0.3), Variant("b", 0.3, new PlacementSource(CandidateSource.Taste, 0)) with { PlacementId = "calm" }] });
        var names = new Dictionary<string, int>();
        for (var i = 0; i < 3_000; i++)
        {
            var choice = _registry.Choose(Ns, "home", [$"u{i}", "u0"]);
            names[choice.Variant] = names.GetValueOrDefault(choice.Variant) + 1;
            Assert.Equal((choice.Variant == "b" ? "calm" : "home", choice.Variant == "b" ? 0 : 1), (choice.Placement.TitleKey, choice.Placement.WeightOf(CandidateSource.Taste)));
            Assert.Equal(choice.Variant.Length == 0 ? "" : "test", choice.ExperimentId);

            // What is made of a placement is kept by reference.
            Assert.Same(choice.Placement, _registry.Choose(Ns, "home", [$"u{i}"]).Placement);
        }

        Assert.InRange(names["a"], 800, 1_000);
        Assert.InRange(names["b"], 800, 1_000);
        Assert.InRange(names[""], 1_100, 1_300);
        Assert.Equal(("home", "a"), (_registry.Choose(Ns, "home", []).Placement.TitleKey, _registry.Choose(Ns, "home", []).Variant));
        Variantless("u", "end");

        // A list that was begun goes on under the same rules.
        await _registry.StopAsync(Ns, "test", "", None);
        Variantless("u");
        Assert.Equal("calm", _registry.Continue(Ns, "home", "test", "b").Placement.TitleKey);
        Assert.Equal("home", _registry.Continue(Ns, "home", "", "").Placement.TitleKey);

        // A configuration that is changed or deleted is so for the variant.
        await _placements.PutAsync(Ns, new() { PlacementId = "calm", TitleKey = "calmer" }, "", "", validateOnly: false, None);
        Assert.Equal("calmer", _registry.Continue(Ns, "home", "test", "b").Placement.TitleKey);
        await _placements.DeleteAsync(Ns, "calm", "", "", None);
        Assert.Equal("home", _registry.Continue(Ns, "home", "test", "b").Placement.TitleKey);
    }

    [Fact]
    public async Task Document_that_is_damaged_leaves_what_is_held_and_is_told_to_who_reads_it()
    {
        await PutAsync(Home());
        var write = new DocumentWrite { Collection = "experiments", Key = new(Ns, "all"), Content = Encoding.UTF8.GetBytes("""{"experiments":[{"experiment_id":"test"}]}""") };
        await _store.PutDocumentsAsync([write], None);
        var document = (await _store.GetDocumentAsync("experiments", Ns, "all", None))!;
        await _registry.ApplyAsync([new(document.Key, document)], None);
        Assert.Single(_registry.List(Ns));
        await _registry.ApplyAsync([new(document.Key, document with { Content = Unsplittable })], None);
        Assert.Single(_registry.List(Ns));
        Assert.Empty((await LoadAsync()).List(Ns));
        await FailsAsync(EngineErrorKind.FailedPrecondition, "EXPERIMENTS_DAMAGED", () => _registry.GetAsync(Ns, "test", None));
    }

    [Fact]
    public async Task Experiments_when_there_are_two_hundred_are_the_most()
    {
        for (var i = 0; i < 200; i++)
        {
            await PutAsync(Home() with { ExperimentId = $"e{i}" });
            await _registry.StopAsync(Ns, $"e{i}", "", None);
        }

        await FailsAsync(EngineErrorKind.FailedPrecondition, "TOO_MANY_EXPERIMENTS", () => PutAsync(Home()));
        await _registry.DeleteAsync(Ns, "e7", "", None);
        await PutAsync(Home());
    }

    private static Experiment Home() => new() { ExperimentId = "test", Placement = "home", Control = "a", Variants = [Variant("a", 0.5), Variant("b", 0.5)] };

    private static ExperimentVariant Variant(string name, double share, params PlacementSource[] sources) => new(name, share, "", sources);

    private static async Task<EngineException> FailsAsync<T>(EngineErrorKind kind, string reason, Func<ValueTask<T>> call)
    {
        var error = await Assert.ThrowsAsync<EngineException>(async () => await call());
        Assert.Equal((kind, reason), (error.Kind, error.Reason));
        return error;
    }

    private void Variantless(string userId, string placement = "home")
    {
        var choice = _registry.Choose(Ns, placement, [userId]);
        Assert.Equal((placement, "", ""), (choice.Placement.TitleKey, choice.ExperimentId, choice.Variant));
    }

    private ValueTask<ExperimentWritten> PutAsync(Experiment experiment) => _registry.PutAsync(Ns, experiment, "", validateOnly: false, None);

    private Task<ExperimentRegistry> LoadAsync() =>
        ExperimentRegistry.LoadAsync(_store, _placements, new(_store, new(), NullLogger.Instance), models: null, roster: null, _time, NullLogger.Instance, None);
}
