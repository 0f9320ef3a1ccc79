using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving.Filters;

public sealed class FilteredListTests
{
    private const int Many = 100_000;
    private const int RareStep = 1_000;

    [Fact]
    public async Task A_list_is_full_where_a_thousandth_of_the_catalogue_passes_with_a_model_and_without()
    {
        await using var rig = await EngineRig.OpenAsync();
        string[] ids = [.. Enumerable.Range(0, Many).Select(i => $"i{i:d6}")];
        foreach (var chunk in ids.Chunk(5_000)) await rig.PutItemsAsync([.. chunk.Select(ItemOf)]);
        var rare = ids.Where((_, i) => i % RareStep == 500).ToHashSet();
        var filter = FilterParser.Parse("tags = 'rare' AND price < 10 AND genres IN ('drama', 'war') AND attributes.year > 1990");
        var request = new ListRequest { Namespace = EngineRig.Ns, PageSize = 20, Filter = filter };

        await AssertListAsync(request, rare, "no model, nobody");

        // The model knows three quarters of the items, so of those that pass too.
        await rig.GoLiveAsync("session-1", ids[..75_000], size: 8);
        await AssertListAsync(request, rare, "a model, nobody");
        await rig.WriteAsync(rig.Like("u", ids[7]), rig.Like("u", ids[500]));
        rare.Remove(ids[500]);
        var personal = await AssertListAsync(request with { UserIds = ["u"] }, rare, "a model, a user");
        Assert.True(personal.Personalized);
        Assert.All(personal.Items, item => Assert.Equal(Array.IndexOf(ids, item.ItemId) < 75_000 ? CandidateSource.Session : CandidateSource.Fresh, item.Reasons[0].Source));
        var negated = await rig.ListAsync(request with { UserIds = ["u"], Filter = FilterParser.Parse("NOT tags = 'rare' AND HAS(tags)"), PageSize = 500 });
        Assert.Equal(500, negated.Items.Count);
        Assert.DoesNotContain(negated.Items, item => rare.Contains(item.ItemId));

        async Task<RankedList> AssertListAsync(ListRequest wanted, HashSet<string> passing, string what)
        {
            var list = await rig.ListAsync(wanted);
            Assert.True(list.Items.Count == 20 && list.Items.All(item => passing.Contains(item.ItemId)), what);
            var whole = await rig.ListAsync(wanted with { PageSize = 500 });
            Assert.True(passing.SetEquals(whole.Items.Select(item => item.ItemId)) && whole.Items.Count == passing.Count, what);
            return list;
        }
    }

    [Fact]
    public async Task A_page_token_belongs_to_its_filter_and_later_pages_leave_out_what_passes_no_longer()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Enumerable.Range(0, 10).Select(i => new CatalogueItem { ItemId = $"i{i}", Tags = ["x"], PublishTimeMs = -i * 86_400_000_000 })]);
        var request = new ListRequest { Namespace = EngineRig.Ns, PageSize = 4, Filter = FilterParser.Parse("tags = 'x'") };
        var first = await rig.ListAsync(request);
        Assert.Equal(["i0", "i1", "i2", "i3"], first.Items.Select(item => item.ItemId));
        await rig.PutItemsAsync(new CatalogueItem { ItemId = "i5", Tags = ["y"] });
        var next = request with { PageToken = first.NextPageToken, Filter = FilterParser.Parse("tags = 'x'") };
        Assert.Equal(["i4", "i6", "i7", "i8"], (await rig.ListAsync(next)).Items.Select(item => item.ItemId));
        foreach (var other in new[] { null, FilterParser.Parse("tags='x'") })
        {
            var error = await Assert.ThrowsAsync<EngineException>(async () => await rig.ListAsync(next with { Filter = other }));
            Assert.Equal("page_token", error.Field);
        }
    }

    [Fact]
    public async Task Similar_and_trending_items_are_filtered_and_their_tokens_belong_to_the_filter()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Enumerable.Range(0, 10).Select(i => new CatalogueItem { ItemId = $"i{i}", Genres = ["g"], Ordinal = i + 1 })]);
        await rig.WriteAsync([.. Enumerable.Range(0, 10).Select(i => rig.Like("u", $"i{i}"))]);
        var filter = FilterParser.Parse("ordinal > 5 AND maturity_age <= account.maturity_ceiling");
        var request = new PlainListRequest { Namespace = EngineRig.Ns, ItemId = "i0", PageSize = 2, Filter = filter, MaturityCeiling = 12 };
        var similar = await rig.Engine.ListSimilarAsync(request, CancellationToken.None);
        Assert.Equal(["i5", "i6"], similar.Items.Select(item => item.ItemId));
        var trending = await rig.Engine.ListTrendingAsync(request with { ItemId = "", PageSize = 10 }, CancellationToken.None);
        Assert.Equal(["i5", "i6", "i7", "i8", "i9"], trending.Items.Select(item => item.ItemId).Order());
        var error = await Assert.ThrowsAsync<EngineException>(async () =>
            await rig.Engine.ListSimilarAsync(request with { PageToken = similar.NextPageToken, Filter = null }, CancellationToken.None));
        Assert.Equal("page_token", error.Field);
        Assert.Empty((await rig.Engine.ListTrendingAsync(request with { MaturityCeiling = null }, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task The_values_of_the_request_are_those_that_the_list_itself_goes_by()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(
            new() { ItemId = "young", MaturityAge = 6, Languages = ["pt"] }, new() { ItemId = "old", MaturityAge = 16, Languages = ["pt-BR"] },
            new() { ItemId = "coming", PublishTimeMs = rig.NowMs + 3_600_000 });
        await rig.PutProfileAsync(new() { UserId = "u", MaturityCeiling = 16, Locale = "pt-BR", Country = "BR" });
        await AssertAsync("maturity_age >= account.maturity_ceiling", "u", "old");
        await AssertAsync("languages = context.language", "u", "young");
        await AssertAsync("languages = context.locale", "u", "old");
        await AssertAsync("context.country = 'BR' AND HAS(languages)", "u", "old", "young");
        await AssertAsync("HAS(languages) AND maturity_age <= account.maturity_ceiling", "nobody");
        await AssertAsync("publish_time > now", "u", "coming");
        var lowered = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], MaturityCeiling = 6, Filter = FilterParser.Parse("account.maturity_ceiling = 6") };
        Assert.Equal(2, (await rig.ListAsync(lowered)).Items.Count);
        Assert.Empty((await rig.ListAsync(lowered with { MaturityCeiling = null, RequestTimeMs = rig.NowMs + 7_200_000, Filter = FilterParser.Parse("publish_time > now") })).Items);

        // Without the store nobody knows the ceiling: the list goes by 0, and so does the filter.
        rig.Store.IsDown = true;
        await AssertAsync("account.maturity_ceiling = 0", "u", "coming");

        async Task AssertAsync(string filter, string user, params string[] wanted) => Assert.Equal(
            wanted, (await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = [user], Filter = FilterParser.Parse(filter) })).Items.Select(item => item.ItemId).Order());
    }

    [Fact]
    public async Task A_change_of_an_item_counts_in_the_next_list_and_after_a_restart()
    {
        await using var rig = await EngineRig.OpenAsync();
        var request = new ListRequest { Namespace = EngineRig.Ns, Filter = FilterParser.Parse("attributes.mood IN ('dark', 'grim') AND price = 4.99") };
        var item = new CatalogueItem { ItemId = "a", PriceCurrency = "EUR", PriceMicros = 4_990_000, Attributes = new Dictionary<string, ItemAttribute> { ["mood"] = new() { Text = "Grim" } } };
        await rig.PutItemsAsync(item);
        Assert.Single((await rig.ListAsync(request)).Items);
        await rig.ReopenAsync();
        Assert.Single((await rig.ListAsync(request)).Items);
        await rig.PutItemsAsync(item with { PriceMicros = 5_990_000 });
        Assert.Empty((await rig.ListAsync(request)).Items);
        await rig.PutItemsAsync(item);
        Assert.Single((await rig.ListAsync(request)).Items);
        await rig.Engine.Catalogue.DeleteAsync(EngineRig.Ns, "a", "", CancellationToken.None);
        Assert.Empty((await rig.ListAsync(request with { Filter = FilterParser.Parse("NOT price = 1") })).Items);
    }

    private static CatalogueItem ItemOf(string id)
    {
        var i = int.Parse(id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        return new()
        {
            ItemId = id,
            Genres = [i % 2 == 0 ? "Drama" : "war"],
            Tags = i % RareStep == 500 ? ["common", "Rare"] : ["common"],
            PriceCurrency = "EUR",
            PriceMicros = 4_990_000,
            Attributes = new Dictionary<string, ItemAttribute> { ["year"] = new() { Number = 2_000 } },
        };
    }
}
