using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Recsys.Serving;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Storage;
using Recsys.Storage.Sqlite;
using static Recsys.Tests.Serving.Placements.PlacementSample;

namespace Recsys.Tests.Serving.Placements;

public sealed class PlacementRegistryTests : IAsyncLifetime
{
    private const string Ns = "default";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private SqliteStore _store = null!;
    private PlacementRegistry _registry = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        _registry = await LoadAsync();
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Placement_with_everything_when_put_is_read_back_and_after_a_restart_the_same()
    {
        var written = await _registry.PutAsync(Ns, Full(), "", "k1", validateOnly: false, None);
        Assert.Equal((true, 0, 1L), (written.Created, written.ReplicasPending, written.Placement.Placement.Version));
        var expected = Full() with { Version = 1, CreateTimeMs = NowMs, UpdateTimeMs = NowMs };
        foreach (var registry in new[] { _registry, await LoadAsync() })
        {
            Assert.Equivalent(expected, registry.Of(Ns, "home"), strict: true);
            Assert.Equivalent(new VersionedPlacement(expected, written.Placement.Etag), await registry.GetAsync(Ns, "home", 0, None), strict: true);
            Assert.Equivalent(new VersionedPlacement(expected, written.Placement.Etag), Assert.Single(registry.List(Ns)), strict: true);
        }
    }

    [Fact]
    public async Task Lookup_when_there_is_no_such_placement_gives_default_and_without_that_the_built_in_one()
    {
        Assert.Same(Placement.Default, _registry.Of(Ns, "shelf"));
        await PutAsync("shelf", "own");
        Assert.Same(Placement.Default, _registry.Of(Ns, "other"));
        await PutAsync(Placement.DefaultId, "all");
        Assert.Equal(["own", "all", "all"], ((string[])["shelf", "other", ""]).Select(id => _registry.Of(Ns, id).TitleKey));
        Assert.Same(Placement.Default, _registry.Of("elsewhere", "shelf"));
        await _registry.DeleteAsync(Ns, "shelf", "", "", None);
        Assert.Equal("all", _registry.Of(Ns, "shelf").TitleKey);
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_NOT_FOUND", () => _registry.GetAsync(Ns, "shelf", 0, None));
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_NOT_FOUND", () => _registry.DeleteAsync(Ns, "shelf", "", "", None));
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_NOT_FOUND", () => _registry.ListVersionsAsync(Ns, "never", 0, 10, None));
    }

    [Fact]
    public async Task Lookup_when_made_allocates_nothing()
    {
        await PutAsync("shelf", "own");
        _ = _registry.Of(Ns, "shelf");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) _ = _registry.Of(Ns, i % 2 == 0 ? "shelf" : "other").WeightOf(CandidateSource.Taste);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Etag_when_it_is_not_the_stored_one_aborts_and_changes_nothing()
    {
        var first = await PutAsync("home", "1");
        var second = await PutAsync("home", "2", first.Placement.Etag);
        Assert.NotEqual(first.Placement.Etag, second.Placement.Etag);
        await FailsAsync(EngineErrorKind.Aborted, "ETAG_MISMATCH", () => PutAsync("home", "3", first.Placement.Etag));
        await FailsAsync(EngineErrorKind.Aborted, "ETAG_MISMATCH", () => PutAsync("new", "3", first.Placement.Etag));
        await FailsAsync(EngineErrorKind.Aborted, "ETAG_MISMATCH", () => _registry.DeleteAsync(Ns, "home", first.Placement.Etag, "", None));
        await FailsAsync(EngineErrorKind.Aborted, "ETAG_MISMATCH", () => _registry.RollBackAsync(Ns, "home", 1, first.Placement.Etag, "", None));
        Assert.Equal((2, "2"), (_registry.Of(Ns, "home").Version, _registry.Of(Ns, "home").TitleKey));
        await _registry.DeleteAsync(Ns, "home", second.Placement.Etag, "", None);
        await FailsAsync(EngineErrorKind.Aborted, "ETAG_MISMATCH", () => PutAsync("home", "4", second.Placement.Etag));
    }

    [Fact]
    public async Task Placement_when_only_validated_is_not_stored()
    {
        var answer = await _registry.PutAsync(Ns, Titled("home", "x"), "", "", validateOnly: true, None);
        Assert.Equal((true, ""), (answer.Created, answer.Placement.Etag));
        Assert.Same(Placement.Default, _registry.Of(Ns, "home"));
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_NOT_FOUND", () => _registry.GetAsync(Ns, "home", 0, None));
    }

    [Fact]
    public async Task Versions_when_listed_say_who_did_what_when_and_each_can_be_read_and_rolled_back_to()
    {
        await _registry.PutAsync(Ns, Full(), "", "k1", validateOnly: false, None);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _registry.PutAsync(Ns, Full() with { TitleKey = "other", Pins = [], FrequencyCap = null }, "", "k2", validateOnly: false, None);
        await _registry.DeleteAsync(Ns, "home", "", "k3", None);
        await FailsAsync(EngineErrorKind.FailedPrecondition, "PLACEMENT_VERSION_DELETED", () => _registry.GetAsync(Ns, "home", 3, None));
        var back = await _registry.RollBackAsync(Ns, "home", 1, "", "k4", None);
        Assert.Equal((true, 4), (back.Created, back.Placement.Placement.Version));
        var again = await _registry.RollBackAsync(Ns, "home", 2, back.Placement.Etag, "k5", None);
        Assert.Equal("other", _registry.Of(Ns, "home").TitleKey);

        (long, PlacementChange, string, long, long, string)[] expected =
        [
            (5, PlacementChange.RolledBack, "k5", 2, NowMs, "title_key pins frequency_cap"),
            (4, PlacementChange.RolledBack, "k4", 1, NowMs, ""),
            (3, PlacementChange.Deleted, "k3", 0, NowMs, ""),
            (2, PlacementChange.Replaced, "k2", 0, NowMs, "title_key pins frequency_cap"),
            (1, PlacementChange.Created, "k1", 0, NowMs - 60_000, ""),
        ];
        var versions = await (await LoadAsync()).ListVersionsAsync(Ns, "home", 0, 100, None);
        Assert.Equal(expected.Select(line => line with { Item6 = "" }), versions.Select(v => (v.Version, v.Change, v.ApiKeyId, v.RolledBackVersion, v.ChangeTimeMs, "")));
        Assert.Equal(
            expected.Select(line => line.Item6.Split(' ').Order(StringComparer.Ordinal)), versions.Select(v => string.Join(' ', v.ChangedFields).Split(' ').Order(StringComparer.Ordinal)));
        Assert.Equal([3L, 2L], (await _registry.ListVersionsAsync(Ns, "home", 4, 2, None)).Select(v => v.Version));

        var first = (await _registry.GetAsync(Ns, "home", 1, None)).Placement;
        Assert.Equivalent(Full() with { Version = 1, CreateTimeMs = NowMs - 60_000, UpdateTimeMs = NowMs - 60_000 }, first, strict: true);
        Assert.Equal(again.Placement.Etag, (await _registry.GetAsync(Ns, "home", 5, None)).Etag);
        foreach (var missing in (long[])[6, -1])
        {
            await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_VERSION_NOT_FOUND", () => _registry.GetAsync(Ns, "home", missing, None));
            await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_VERSION_NOT_FOUND", () => _registry.RollBackAsync(Ns, "home", missing, "", "", None));
        }
    }

    [Fact]
    public async Task Roll_back_when_no_version_is_named_is_to_the_one_before_also_of_a_deleted_placement()
    {
        await PutAsync("home", "1");
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_VERSION_NOT_FOUND", () => _registry.RollBackAsync(Ns, "home", 0, "", "", None));
        await PutAsync("home", "2");
        await _registry.RollBackAsync(Ns, "home", 0, "", "", None);
        Assert.Equal("1", _registry.Of(Ns, "home").TitleKey);
        await _registry.DeleteAsync(Ns, "home", "", "", None);
        await _registry.RollBackAsync(Ns, "home", 0, "", "", None);
        Assert.Equal(("1", 5), (_registry.Of(Ns, "home").TitleKey, _registry.Of(Ns, "home").Version));
        await FailsAsync(EngineErrorKind.FailedPrecondition, "PLACEMENT_VERSION_DELETED", () => _registry.RollBackAsync(Ns, "home", 0, "", "", None));
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_NOT_FOUND", () => _registry.RollBackAsync(Ns, "never", 0, "", "", None));
    }

    [Fact]
    public async Task Roll_back_when_the_rules_have_become_stricter_is_refused()
    {
        await _registry.PutAsync(Ns, Full(), "", "", validateOnly: false, None);
        await PutAsync("home", "2");
        _registry = await LoadAsync(new(static _ => (0, "at character 7: not any more")));
        await FailsAsync(EngineErrorKind.FailedPrecondition, "PLACEMENT_VERSION_INVALID", () => _registry.RollBackAsync(Ns, "home", 1, "", "", None));
    }

    [Fact]
    public void Filters_that_do_not_parse_are_found_at_their_field_and_character()
    {
        var boost = new PlacementBoost("price < 5", [], 2, default);
        var violations = _registry.Check(Full() with { Filter = "genre = 'drama'", Boosts = [boost, boost with { Filter = "price < 5 AND" }] });
        Assert.Equal(["placement.filter", "placement.boosts[1].filter"], violations.Select(violation => violation.Field));
        Assert.Equal("at character 1: unknown field 'genre': did you mean 'genres'?", violations[0].Description);
        Assert.StartsWith("at character 14: expected a field", violations[1].Description, StringComparison.Ordinal);
        Assert.Empty(_registry.Check(Full()));
    }

    [Fact]
    public async Task Versions_when_there_are_more_than_fifty_keep_the_newest()
    {
        for (var i = 1; i <= 60; i++) await PutAsync("home", $"{i}");
        var versions = await _registry.ListVersionsAsync(Ns, "home", 0, 1_000, None);
        Assert.Equal(Enumerable.Range(11, 50).Reverse().Select(i => ((long)i, $"{i}")), versions.Select(v => (v.Version, v.Placement!.TitleKey)));
        Assert.Equal(49, (await _store.ListDocumentsAsync("placement_versions", Ns, null, 1_000, None)).Count);
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_VERSION_NOT_FOUND", () => _registry.RollBackAsync(Ns, "home", 10, "", "", None));
        await _registry.RollBackAsync(Ns, "home", 12, "", "", None);
        Assert.Equal("12", _registry.Of(Ns, "home").TitleKey);
    }

    [Fact]
    public async Task Versions_of_placements_whose_ids_begin_alike_when_listed_are_their_own()
    {
        const string Sub = "home/0000000000000000001";
        await PutAsync("home", "1");
        await PutAsync("home", "2");
        await PutAsync(Sub, "sub 1");
        await PutAsync(Sub, "sub 2");
        Assert.Equal(["2", "1"], (await _registry.ListVersionsAsync(Ns, "home", 0, 10, None)).Select(v => v.Placement!.TitleKey));
        Assert.Equal(["sub 2", "sub 1"], (await _registry.ListVersionsAsync(Ns, Sub, 0, 10, None)).Select(v => v.Placement!.TitleKey));
    }

    [Fact]
    public async Task Writers_when_at_once_all_leave_their_version()
    {
        var other = await LoadAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
            await (i % 2 == 0 ? other : _registry).PutAsync(Ns, Titled("home", $"{i}"), "", "", validateOnly: false, None))));
        var versions = await _registry.ListVersionsAsync(Ns, "home", 0, 100, None);
        Assert.Equal(Enumerable.Range(1, 40).Reverse(), versions.Select(v => (int)v.Version));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}").Order(StringComparer.Ordinal), versions.Select(v => v.Placement!.TitleKey).Order(StringComparer.Ordinal));
        Assert.Equal(versions[0].Placement!.TitleKey, (await LoadAsync()).Of(Ns, "home").TitleKey);
    }

    [Fact]
    public async Task Change_of_another_replica_when_taken_over_is_held_unless_it_is_older_than_what_is()
    {
        await PutAsync("home", "1");
        var old = await _store.GetDocumentAsync("placements", Ns, "home", None);
        await PutAsync("home", "2");
        await _registry.ApplyAsync([new(new(Ns, "home"), old)], None);
        Assert.Equal("2", _registry.Of(Ns, "home").TitleKey);

        var other = await LoadAsync();
        await PutAsync("home", "3");
        await PutAsync("new", "n");
        foreach (var id in (string[])["home", "new"]) await other.ApplyAsync([new(new(Ns, id), await _store.GetDocumentAsync("placements", Ns, id, None))], None);
        Assert.Equal(("3", "n"), (other.Of(Ns, "home").TitleKey, other.Of(Ns, "new").TitleKey));

        // A late word that a deleted one was forgotten changes nothing about one that was made again since.
        await other.ApplyAsync([new(new(Ns, "home"), null)], None);
        Assert.Equal("3", other.Of(Ns, "home").TitleKey);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"version":3,"change":2,"change_time_ms":1,"placement":{"placement_id":"bad","pins":[null]}}""")]
    [InlineData("""{"version":3,"change":2,"change_time_ms":1,"placement":{"placement_id":"bad","seen":{"policy":3000}}}""")]
    [InlineData("""{"version":3,"change":2,"change_time_ms":1,"placement":{"placement_id":null}}""")]
    public async Task Document_that_is_damaged_when_loaded_leaves_the_others_as_they_are_and_can_be_put_anew(string content)
    {
        await PutAsync("bad", "1");
        await PutAsync("bad", "2");
        await PutAsync("good", "g");
        var write = new DocumentWrite { Collection = "placements", Key = new(Ns, "bad"), Content = Encoding.UTF8.GetBytes(content) };
        var revision = (await _store.PutDocumentsAsync([write], None))[0].Revision;

        // Where it's held already, it stays in effect.
        await _registry.ApplyAsync([new(write.Key, new(write.Key, revision, Encoding.UTF8.GetBytes(content)))], None);
        Assert.Equal("2", _registry.Of(Ns, "bad").TitleKey);

        _registry = await LoadAsync();
        Assert.Equal(("g", ""), (_registry.Of(Ns, "good").TitleKey, _registry.Of(Ns, "bad").TitleKey));
        await FailsAsync(EngineErrorKind.FailedPrecondition, "PLACEMENT_DAMAGED", () => _registry.GetAsync(Ns, "bad", 0, None));
        Assert.Equal([1L], (await _registry.ListVersionsAsync(Ns, "bad", 0, 10, None)).Select(v => v.Version));
        var mended = await PutAsync("bad", "3");
        Assert.True(mended.Placement.Placement.Version > 2);
        await _registry.RollBackAsync(Ns, "bad", 1, "", "", None);
        Assert.Equal("1", (await LoadAsync()).Of(Ns, "bad").TitleKey);
    }

    [Fact]
    public async Task Document_of_a_newer_version_when_read_is_used_as_far_as_it_is_known()
    {
        var content = """{"version":7,"change":1,"change_time_ms":5,"create_time_ms":4,"news":{},"placement":{"placement_id":"p","page_size":9,"experiments":[{"a":1}],"boosts":[{"factor":2}]}}""";
        await _store.PutDocumentsAsync([new() { Collection = "placements", Key = new(Ns, "p"), Content = Encoding.UTF8.GetBytes(content) }], None);
        var expected = new Placement { PlacementId = "p", PageSize = 9, Version = 7, CreateTimeMs = 4, UpdateTimeMs = 5, Boosts = [new("", [], 2, default)] };
        Assert.Equivalent(expected, (await LoadAsync()).Of(Ns, "p"), strict: true);
    }

    [Fact]
    public async Task Placements_when_there_are_a_thousand_are_the_most_and_a_thousand_deleted_ones_are_remembered()
    {
        for (var i = 0; i < 1_000; i++) await PutAsync($"p{i}", "x");
        await FailsAsync(EngineErrorKind.FailedPrecondition, "TOO_MANY_PLACEMENTS", () => PutAsync("more", "x"));
        await PutAsync("p5", "y");
        await _registry.DeleteAsync(Ns, "p5", "", "", None);
        await PutAsync("more", "x");
        await FailsAsync(EngineErrorKind.FailedPrecondition, "TOO_MANY_PLACEMENTS", () => _registry.RollBackAsync(Ns, "p5", 0, "", "", None));

        await _registry.DeleteAsync(Ns, "more", "", "", None);
        for (var i = 0; i < 1_000; i++)
        {
            if (i != 5) await _registry.DeleteAsync(Ns, $"p{i}", "", "", None);
        }

        await PutAsync("last", "x");
        await _registry.DeleteAsync(Ns, "last", "", "", None);
        await FailsAsync(EngineErrorKind.NotFound, "PLACEMENT_NOT_FOUND", () => _registry.RollBackAsync(Ns, "p5", 0, "", "", None));
        Assert.Equal(1_000, (await _store.ListDocumentsAsync("placements", null, null, 10_000, None)).Count);
        Assert.DoesNotContain(await _store.ListDocumentsAsync("placement_versions", null, null, 10_000, None), document => document.Key.Key.StartsWith("p5/", StringComparison.Ordinal));
        await _registry.RollBackAsync(Ns, "p6", 0, "", "", None);
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static async Task FailsAsync<T>(EngineErrorKind kind, string reason, Func<ValueTask<T>> call)
    {
        var error = await Assert.ThrowsAsync<EngineException>(async () => await call());
        Assert.Equal((kind, reason), (error.Kind, error.Reason));
    }

    private Task<PlacementRegistry> LoadAsync(PlacementRules? rules = null) =>
        PlacementRegistry.LoadAsync(_store, rules ?? PlacementRules.Default, roster: null, _time, NullLogger.Instance, None);

    private ValueTask<PlacementWritten> PutAsync(string id, string title, string etag = "") =>
        _registry.PutAsync(Ns, Titled(id, title), etag, "", validateOnly: false, None);
}
