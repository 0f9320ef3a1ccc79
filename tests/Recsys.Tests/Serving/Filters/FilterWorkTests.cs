using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Serving.Shelves;

namespace Recsys.Tests.Serving.Filters;

/// <summary>How much filters may do for one request.</summary>
public sealed class FilterWorkTests
{
    private static readonly string Dear = string.Join(" OR ", Enumerable.Range(0, 100).Select(i => $"price < {i} AND attributes.year > {3_000 - i}"));

    [Theory]
    [InlineData("price = {0}", "price IN ({0})")]
    [InlineData("attributes.year = {0}", "attributes.year IN ({0})")]
    [InlineData("(attributes.year IN ({0}, 7) OR tags = 'x')", "attributes.year IN ({0}) OR tags = 'x'")]
    [InlineData("(duration = {0}s)", "duration IN ({0}s)")]
    [InlineData("publish_time = '1{0:d3}-01-01'", "publish_time IN ('1{0:d3}-01-01')")]
    public void An_or_of_many_equal_numbers_costs_no_more_than_a_single_in(string part, string single)
    {
        var many = FilterParser.Parse(string.Join(" OR ", Enumerable.Range(0, 300).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, part, i))));
        var one = FilterParser.Parse(string.Format(System.Globalization.CultureInfo.InvariantCulture, single, 1));
        Assert.InRange(many.Cost, 1, one.Cost + 50);
        Assert.True(many.Terms >= 300, $"{many.Terms}");
    }

    [Fact]
    public async Task A_dear_filter_is_asked_once_a_request_and_a_cheap_one_whenever_it_is_needed()
    {
        await using var rig = await FilterRig.OpenAsync();
        Put(1, 2_999);
        Put(70, 1_000);
        var (dear, cheap) = (FilterParser.Parse(Dear), FilterParser.Parse("attributes.year > 2500"));
        var context = With(new(CancellationToken.None));
        foreach (var filter in new[] { dear, cheap })
        {
            Assert.True(filter.Matches(1, context));
            Assert.False(filter.Matches(70, context));
        }

        Put(1, 1_000);
        Put(70, 2_999);
        Assert.True(dear.Matches(1, context));
        Assert.False(dear.Matches(70, context));
        Assert.False(cheap.Matches(1, context));
        Assert.False(dear.Matches(FilterRig.Unknown, context));

        // Neither another request nor another context knows of it.
        foreach (var other in new[] { With(new(CancellationToken.None)), FilterContext.For(rig.Mirror, 5, "", "", null, context.Work) })
        {
            Assert.False(dear.Matches(1, other));
            Assert.True(dear.Matches(70, other));
        }

        void Put(uint number, int year) => rig.Put(
            number, new() { ItemId = "a", PriceCurrency = "EUR", PriceMicros = 1, Attributes = new Dictionary<string, ItemAttribute> { ["year"] = new() { Number = year } } });

        FilterContext With(FilterWork work) => FilterContext.For(rig.Mirror, FilterRig.NowMs, "", "", null, work);
    }

    [Fact]
    public async Task A_call_that_is_over_asks_no_filter_any_more()
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(1, new() { ItemId = "a" });
        using var call = new CancellationTokenSource();
        var context = FilterContext.For(rig.Mirror, 0, "", "", null, new(call.Token));
        foreach (var filter in new[] { FilterParser.Parse("NOT price = 1"), FilterParser.Parse($"NOT ({Dear})") })
        {
            Assert.True(filter.Matches(1, context));
        }

        await call.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => FilterParser.Parse("NOT price = 1").Matches(1, context));
        Assert.Throws<OperationCanceledException>(() => FilterParser.Parse($"NOT ({Dear})").Matches(1, context));
    }

    [Fact]
    public async Task Lists_and_shelves_end_with_their_call()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Enumerable.Range(0, 5).Select(i => new CatalogueItem { ItemId = $"i{i}", Genres = ["g"] })]);
        await rig.WriteAsync(rig.Like("u", "i0"));
        var filter = FilterParser.Parse("genres = 'g'");
        var over = new CancellationToken(canceled: true);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await rig.Engine.RecommendAsync(new() { Namespace = EngineRig.Ns }, over));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await rig.Engine.RecommendShelvesAsync(
            new() { Namespace = EngineRig.Ns, Shelves = [new(ShelfKind.Trending)] }, over));
        var plain = new PlainListRequest { Namespace = EngineRig.Ns, ItemId = "i0", PageSize = 2, Filter = filter };
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await rig.Engine.ListSimilarAsync(plain, over));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await rig.Engine.ListTrendingAsync(plain with { ItemId = "" }, over));
    }

    [Fact]
    public void A_placement_whose_filters_have_too_many_terms_together_is_refused_with_the_field_that_goes_beyond()
    {
        var boosts = Enumerable.Range(0, 5).Select(i => new PlacementBoost(string.Join(" OR ", Enumerable.Range(0, 240).Select(year => $"attributes.year = {year}")), [], 2, default)).ToList();
        var placement = new Placement { PlacementId = "p", Filter = string.Join(" OR ", Enumerable.Range(0, 40).Select(i => $"tags = '{i}'")) };
        Assert.Empty(PlacementRules.Default.Check(placement with { Boosts = boosts[..4] }));
        var violation = Assert.Single(PlacementRules.Default.Check(placement with { Boosts = [boosts[0], new("", ["a"], 2, default), .. boosts[1..], boosts[0]] }));
        Assert.Equal("placement.boosts[5].filter", violation.Field);
        Assert.Contains("1240", violation.Description, StringComparison.Ordinal);
    }
}
