using System.Text;
using Recsys.Serving;
using Recsys.Serving.Catalogue;

namespace Recsys.Tests.Serving.Catalogue;

public sealed class ItemCatalogueTests
{
    private const string Ns = CatalogueFixture.Namespace;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task An_item_comes_back_with_every_field_when_it_was_written()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        var written = (await fixture.PutAsync(FullItem())).Item;
        var read = (await fixture.Catalogue.GetAsync(Ns, "full", None)).Item;
        Assert.Equivalent(FullItem() with { CreateTimeMs = written.CreateTimeMs, UpdateTimeMs = written.UpdateTimeMs }, read, strict: true);
        Assert.Equal(fixture.Time.GetUtcNow().ToUnixTimeMilliseconds(), read.CreateTimeMs);
    }

    [Fact]
    public async Task An_item_with_nothing_but_an_id_comes_back_with_the_defaults()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        await fixture.PutAsync(new() { ItemId = "bare", Kind = ItemKind.Unspecified });
        var read = (await fixture.Catalogue.GetAsync(Ns, "bare", None)).Item;
        Assert.Equivalent(new CatalogueItem { ItemId = "bare", CreateTimeMs = read.CreateTimeMs, UpdateTimeMs = read.UpdateTimeMs }, read, strict: true);
        Assert.Equal(ItemKind.Other, read.Kind);
    }

    [Fact]
    public async Task An_item_of_a_newer_version_is_read_without_the_fields_that_this_one_does_not_know()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        var content = """{"item_id":"new","title":"New","holograms":[{"depth":3}],"hidden":true}"""u8.ToArray();
        await fixture.Store.PutDocumentsAsync([new() { Collection = "items", Key = new(Ns, "new"), Content = content }], None);
        await using var reopened = await fixture.ReopenAsync();
        var item = (await reopened.Catalogue.GetAsync(Ns, "new", None)).Item;
        Assert.Equal("New", item.Title);
        Assert.False(reopened.IsEligible("new", ListFilter.For([], null, "", 0)));
    }

    [Fact]
    public async Task The_first_writing_time_stays_when_an_item_is_replaced_also_after_a_restart()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        var first = await fixture.PutAsync(new() { ItemId = "a", Title = "One" });
        await using var reopened = await fixture.ReopenAsync();
        reopened.Time.Advance(TimeSpan.FromHours(1));
        var second = await reopened.PutAsync(new() { ItemId = "a", Title = "Two" });
        Assert.Equal(first.Item.CreateTimeMs, second.Item.CreateTimeMs);
        Assert.Equal(first.Item.UpdateTimeMs + 3_600_000, second.Item.UpdateTimeMs);
        Assert.NotEqual(first.Etag, second.Etag);
    }

    [Fact]
    public async Task Lists_know_a_write_whose_caller_cancelled_it_on_its_way()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        await fixture.PutAsync(new() { ItemId = "a" });
        for (var hidden = 1; hidden < 20; hidden++)
        {
            using var caller = new CancellationTokenSource();
            var write = fixture.Catalogue.UpsertAsync(Ns, [new() { ItemId = "a", Hidden = hidden % 2 == 1 }], caller.Token).AsTask();
            await caller.CancelAsync();
            await Task.WhenAny(write);
            var stored = (await fixture.Catalogue.GetAsync(Ns, "a", None)).Item;
            Assert.Equal(!stored.Hidden, fixture.IsEligible("a", ListFilter.For([], null, "", 0)));
        }
    }

    [Fact]
    public async Task The_last_one_wins_when_a_call_has_an_item_twice()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        var written = await fixture.Catalogue.UpsertAsync(
            Ns, [new() { ItemId = "a", Title = "1" }, new() { ItemId = "b" }, new() { ItemId = "a", Title = "2" }], None);
        Assert.Equal(["2", "", "2"], written.Select(item => item.Item.Title));
        Assert.Equal("2", (await fixture.Catalogue.GetAsync(Ns, "a", None)).Item.Title);
    }

    [Fact]
    public async Task A_change_is_refused_when_the_etag_is_not_the_stored_one()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        var first = await fixture.PutAsync(new() { ItemId = "a", Title = "1" });
        var second = await fixture.Catalogue.ChangeAsync(Ns, "a", first.Etag, item => item! with { Title = "2" }, None);
        var stale = await Assert.ThrowsAsync<EngineException>(
            async () => await fixture.Catalogue.ChangeAsync(Ns, "a", first.Etag, item => item! with { Title = "3" }, None));
        Assert.Equal((EngineErrorKind.Aborted, "ETAG_MISMATCH", "etag"), (stale.Kind, stale.Reason, stale.Field));
        await Assert.ThrowsAsync<EngineException>(async () => await fixture.Catalogue.DeleteAsync(Ns, "a", first.Etag, None));
        await Assert.ThrowsAsync<EngineException>(
            async () => await fixture.Catalogue.ChangeAsync(Ns, "none", "1", _ => new() { ItemId = "none" }, None));
        Assert.Equal("2", (await fixture.Catalogue.GetAsync(Ns, "a", None)).Item.Title);
        await fixture.Catalogue.DeleteAsync(Ns, "a", second.Etag, None);
    }

    [Fact]
    public async Task No_change_is_lost_when_many_change_the_same_item_at_once()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        await fixture.PutAsync(new() { ItemId = "a" });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            await fixture.Catalogue.ChangeAsync(Ns, "a", "", item => item! with { Tags = [.. item.Tags, $"t{i}"] }, None))));
        var tags = (await fixture.Catalogue.GetAsync(Ns, "a", None)).Item.Tags;
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"t{i}"), tags.Order());
    }

    [Fact]
    public async Task A_deleted_item_is_gone_from_reads_and_lists_and_stays_gone_after_a_restart()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        var filter = ListFilter.For([], null, "", 0);
        await fixture.PutAsync(new() { ItemId = "a", Title = "A" });
        await fixture.PutAsync(new() { ItemId = "b" });
        Assert.True(fixture.IsEligible("a", filter));
        await fixture.Catalogue.DeleteAsync(Ns, "a", "", None);
        await using var reopened = await fixture.ReopenAsync();
        foreach (var each in new[] { fixture, reopened })
        {
            Assert.False(each.IsEligible("a", filter));
            Assert.Equal("", each.Mirror.Title(each.Number("a"), ""));
            Assert.Equal(["b"], (await each.Catalogue.ListAsync(Ns, "", null, 10, None)).Select(item => item.Item.ItemId));
            var missing = await Assert.ThrowsAsync<EngineException>(async () => await each.Catalogue.GetAsync(Ns, "a", None));
            Assert.Equal(EngineErrorKind.NotFound, missing.Kind);
            await Assert.ThrowsAsync<EngineException>(async () => await each.Catalogue.DeleteAsync(Ns, "a", "", None));
        }

        await reopened.PutAsync(new() { ItemId = "a", Title = "Back" });
        Assert.True(reopened.IsEligible("a", filter));
        Assert.Equal("Back", (await reopened.Catalogue.GetAsync(Ns, "a", None)).Item.Title);
    }

    [Fact]
    public async Task Lists_come_page_by_page_in_the_order_of_the_ids_bytes_without_other_namespaces()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        string[] ids = ["a", "aa", "b", "Z", "é", "\uE000", "\U0001F600", "10", "9"];
        await fixture.Catalogue.UpsertAsync(Ns, [.. ids.Select(id => new CatalogueItem { ItemId = id, ParentId = "p" })], None);
        await fixture.Catalogue.UpsertAsync("other", [new() { ItemId = "elsewhere", ParentId = "p" }], None);
        var byBytes = Comparer<string>.Create((x, y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)));
        var expected = ids.Order(byBytes);
        foreach (var parent in new[] { "", "p" })
        {
            var read = new List<string>();
            while (await fixture.Catalogue.ListAsync(Ns, parent, read.LastOrDefault(), 2, None) is { Count: > 0 } page)
            {
                read.AddRange(page.Select(item => item.Item.ItemId));
            }

            Assert.Equal(expected, read);
        }
    }

    [Fact]
    public async Task Children_are_those_whose_parent_it_is_now_when_the_parent_is_written_last_or_changes()
    {
        await using var fixture = await CatalogueFixture.OpenAsync();
        await fixture.PutAsync(new() { ItemId = "e2", ParentId = "season" });
        await fixture.PutAsync(new() { ItemId = "e1", ParentId = "season" });
        await fixture.PutAsync(new() { ItemId = "season", Kind = ItemKind.Season });
        await fixture.PutAsync(new() { ItemId = "e3", ParentId = "other" });
        Assert.Equal(["e1", "e2"], await ChildrenAsync(fixture));
        await fixture.PutAsync(new() { ItemId = "e2", ParentId = "other" });
        await using var reopened = await fixture.ReopenAsync();
        Assert.Equal(["e1"], await ChildrenAsync(fixture));
        Assert.Equal(["e1"], await ChildrenAsync(reopened));
        Assert.Empty(await fixture.Catalogue.ListAsync(Ns, "nobody", null, 10, None));
    }

    private static async Task<IEnumerable<string>> ChildrenAsync(CatalogueFixture fixture) =>
        (await fixture.Catalogue.ListAsync(Ns, "season", null, 10, None)).Select(item => item.Item.ItemId);

    private static CatalogueItem FullItem() => new()
    {
        ItemId = "full",
        Kind = ItemKind.Episode,
        ParentId = "season",
        Ordinal = 3,
        Title = "Title",
        Description = "Description",
        Localizations = [new("pt-BR", "Título", "Descrição")],
        Genres = ["strategy"],
        Tags = ["co-op", "ünïcode"],
        Creators = ["Studio"],
        Languages = ["en"],
        Attributes = new Dictionary<string, ItemAttribute>
        {
            ["text"] = new() { Text = "x" },
            ["number"] = new() { Number = 0 },
            ["flag"] = new() { Flag = false },
            ["texts"] = new() { Texts = ["a", "b"] },
        },
        PriceCurrency = "EUR",
        PriceMicros = 4_990_000,
        Availability = [new(["DE", "BR"], 1, 2), new([], null, null)],
        MaturityAge = 12,
        PublishTimeMs = 0,
        DurationMs = 60_000,
        CoverUri = "https://example.org/cover.jpg",
        Hidden = true,
    };
}
