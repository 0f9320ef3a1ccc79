using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;

namespace Recsys.Tests.Serving.Filters;

public sealed class FilterMeaningTests
{
    private const uint Full = 1;
    private const uint Bare = 2;

    private static readonly CatalogueItem FullItem = new()
    {
        ItemId = "full",
        Kind = ItemKind.Film,
        ParentId = "Box",
        Ordinal = 7,
        Genres = ["Drama", " War "],
        Tags = ["slow", "straße"],
        Creators = ["O'Neill"],
        Languages = ["pt-BR", "en"],
        PriceCurrency = "EUR",
        PriceMicros = 9_990_000,
        MaturityAge = 16,
        DurationMs = 20 * 60_000,
        PublishTimeMs = FilterRig.NowMs - (30L * 86_400_000),
        CreateTimeMs = FilterRig.NowMs - 1_000,
        Availability = [new(["DE", "AT"], null, FilterRig.NowMs + 1), new(["BR"], FilterRig.NowMs + 1, null)],
        Attributes = new Dictionary<string, ItemAttribute>
        {
            ["studio"] = new() { Text = " Red Door " },
            ["year"] = new() { Number = 1_999 },
            ["free"] = new() { Flag = true },
            ["regions"] = new() { Texts = ["north", "South"] },
            ["empty"] = new() { Text = "" },
            ["none"] = new() { Texts = [] },
            ["a.b-c"] = new() { Number = -0.5 },
        },
    };

    [Theory]
    [InlineData("kind = 'film'", true)]
    [InlineData("kind IN ('song', 'FILM')", true)]
    [InlineData("kind != 'film'", false)]
    [InlineData("kind NOT IN ('song', 'game')", true)]
    [InlineData("genres = 'drama'", true)]
    [InlineData("genres = ' WAR'", true)]
    [InlineData("genres = 'dram'", false)]
    [InlineData("genres != 'drama'", false)]
    [InlineData("genres != 'comedy'", true)]
    [InlineData("genres IN ('comedy', 'war')", true)]
    [InlineData("genres NOT IN ('comedy', 'war')", false)]
    [InlineData("genres NOT IN ('comedy', 'farce')", true)]
    [InlineData("tags = 'drama'", false)]
    [InlineData("tags = 'STRAßE'", true)]
    [InlineData("creators = \"o'neill\"", true)]
    [InlineData("creators = 'O\\'Neill'", true)]
    [InlineData("languages = 'PT-br'", true)]
    [InlineData("languages = 'pt'", false)]
    [InlineData("price = 9.99", true)]
    [InlineData("price < 9.99", false)]
    [InlineData("price <= 9.99 AND price >= 9.99 AND price > 9.98 AND price != 10", true)]
    [InlineData("price IN (1, 9.990, 12)", true)]
    [InlineData("price NOT IN (1, 2)", true)]
    [InlineData("currency = 'eur'", true)]
    [InlineData("currency != 'USD'", true)]
    [InlineData("maturity_age <= 16", true)]
    [InlineData("maturity_age < 16", false)]
    [InlineData("duration <= 20m", true)]
    [InlineData("duration < 1200s", false)]
    [InlineData("duration = 1200000ms", true)]
    [InlineData("age = 30d", true)]
    [InlineData("age < 4w", false)]
    [InlineData("age >= 720h AND age > -1s", true)]
    [InlineData("publish_time < now", true)]
    [InlineData("publish_time > '2026-08-22T14:00:00+00:00'", true)]
    [InlineData("publish_time = '2026-08-22T16:13:20+02:00'", true)]
    [InlineData("publish_time >= '2026-08-22'", true)]
    [InlineData("parent_id = 'Box'", true)]
    [InlineData("parent_id = 'box'", false)]
    [InlineData("parent_id IN ('a', 'Box')", true)]
    [InlineData("ordinal > 6 AND ordinal < 8", true)]
    [InlineData("attributes.studio = 'red door'", true)]
    [InlineData("attributes.Studio = 'red door'", false)]
    [InlineData("attributes.studio != 'red'", true)]
    [InlineData("attributes.studio = 5", false)]
    [InlineData("attributes.studio != 5", false)]
    [InlineData("attributes.studio > 5", false)]
    [InlineData("attributes.studio = TRUE", false)]
    [InlineData("attributes.studio NOT IN ('a', 'b')", true)]
    [InlineData("attributes.year = 1999", true)]
    [InlineData("attributes.year = '1999'", false)]
    [InlineData("attributes.year != '1999'", false)]
    [InlineData("attributes.year >= 1999 AND attributes.year < 2000", true)]
    [InlineData("attributes.year IN (1, 1999)", true)]
    [InlineData("attributes.year NOT IN (1, 1999)", false)]
    [InlineData("attributes.free = TRUE", true)]
    [InlineData("attributes.free != FALSE", true)]
    [InlineData("attributes.free = 'true'", false)]
    [InlineData("attributes.free IN (TRUE, FALSE)", true)]
    [InlineData("attributes.regions = 'south'", true)]
    [InlineData("attributes.regions != 'south'", false)]
    [InlineData("attributes.regions IN ('east', 'north')", true)]
    [InlineData("attributes.empty = ''", true)]
    [InlineData("attributes.empty != 'x'", true)]
    [InlineData("attributes.a.b-c < 0", true)]
    [InlineData("HAS(attributes.studio) AND HAS(attributes.year) AND HAS(attributes.free) AND HAS(attributes.regions) AND HAS(attributes.empty)", true)]
    [InlineData("HAS(attributes.none)", false)]
    [InlineData("HAS(attributes.other)", false)]
    [InlineData("available_in('DE') AND available_in('at')", true)]
    [InlineData("available_in('BR')", false)]
    [InlineData("NOT available_in('US')", true)]
    [InlineData("available_in(context.country)", false)]
    public async Task Each_field_and_operator_means_what_the_documentation_says(string text, bool passes)
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, FullItem);
        Assert.Equal(passes, rig.Passes(text, Full));
        Assert.Equal(!passes, rig.Passes($"NOT ({text})", Full));
    }

    [Theory]
    [InlineData("genres")]
    [InlineData("tags")]
    [InlineData("creators")]
    [InlineData("languages")]
    [InlineData("currency")]
    [InlineData("parent_id")]
    [InlineData("attributes.studio")]
    [InlineData("price", "9")]
    [InlineData("ordinal", "9")]
    [InlineData("attributes.year", "9")]
    [InlineData("attributes.year", "account.maturity_ceiling")]
    [InlineData("attributes.free", "TRUE")]
    [InlineData("duration", "9m")]
    [InlineData("publish_time", "now")]
    [InlineData("context.country")]
    [InlineData("context.locale")]
    [InlineData("context.language")]
    [InlineData("account.maturity_ceiling", "9")]
    public async Task A_comparison_with_a_missing_value_is_false_and_its_opposite_true(string field, string value = "'x'")
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Bare, new() { ItemId = "bare" });
        foreach (var number in new[] { Bare, FilterRig.Unknown })
        {
            List<string> comparisons = [$"{field} = {value}", $"{field} != {value}", $"{field} IN ({value})", $"{field} NOT IN ({value})", $"HAS({field})"];
            if (value[0] is not ('\'' or 'T')) comparisons.AddRange($"{field} < {value}", $"{field} <= {value}", $"{field} > {value}", $"{field} >= {value}");
            Assert.All(comparisons, text => Assert.False(rig.Passes(text, number), text));
            Assert.All(comparisons, text => Assert.True(rig.Passes("NOT " + text, number), text));
        }
    }

    [Theory]
    [InlineData("attributes.studio != context.country")]
    [InlineData("languages NOT IN ('de', context.language)")]
    [InlineData("maturity_age != account.maturity_ceiling")]
    [InlineData("attributes.year NOT IN (5, account.maturity_ceiling)")]
    public async Task A_value_of_the_request_that_is_missing_makes_a_comparison_false_too(string text)
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, FullItem);
        Assert.False(rig.Passes(text, Full));
        Assert.True(rig.Passes(text, Full, country: "FR", locale: "fr-FR", ceiling: 12));
    }

    [Theory]
    [InlineData("languages = context.locale", true)]
    [InlineData("languages = context.language", false)]
    [InlineData("languages IN (context.language, context.locale)", true)]
    [InlineData("context.language = 'PT' AND context.locale = 'pt-br'", true)]
    [InlineData("context.country = 'br'", true)]
    [InlineData("context.country NOT IN ('US', 'CA')", true)]
    [InlineData("maturity_age <= account.maturity_ceiling", true)]
    [InlineData("account.maturity_ceiling IN (16, 18)", true)]
    [InlineData("account.maturity_ceiling = 18 AND now > '2026-01-01' AND now < '2027-01-01T00:00:00Z'", true)]
    [InlineData("available_in(context.country)", false)]
    [InlineData("HAS(context.country) AND HAS(account.maturity_ceiling) AND HAS(now)", true)]
    public async Task Values_of_the_request_stand_on_either_side(string text, bool passes)
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, FullItem);
        Assert.Equal(passes, rig.Passes(text, Full, country: "BR", locale: "pt-BR", ceiling: 18));
    }

    [Fact]
    public async Task An_item_that_the_catalogue_does_not_have_passes_no_comparison()
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, FullItem);
        rig.Put(Full, null);
        string[] comparisons = ["kind = 'other'", "kind != 'film'", "maturity_age = 0", "age > -99w", "available_in('DE')", "HAS(kind)", "HAS(age)", "genres = 'drama'", "HAS(attributes.year)"];
        foreach (var number in new[] { Full, FilterRig.Unknown })
        {
            Assert.All(comparisons, text => Assert.False(rig.Passes(text, number), text));
            Assert.True(rig.Passes("NOT genres = 'drama'", number));
            Assert.True(rig.Passes("HAS(now)", number));
        }
    }

    [Fact]
    public async Task Availability_is_judged_at_the_moment_of_the_request()
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, FullItem);
        var filter = FilterParser.Parse("available_in('DE') AND NOT available_in('BR')");
        Assert.True(filter.Matches(Full, rig.Context(FilterRig.NowMs)));
        Assert.False(filter.Matches(Full, rig.Context(FilterRig.NowMs + 1)));
        rig.Put(Full, FullItem with { Availability = [] });
        Assert.True(FilterParser.Parse("available_in('US')").Matches(Full, rig.Context()));
    }

    [Theory]
    [InlineData("age < 30d", false)]
    [InlineData("age < 0s OR age > -1d OR age != 1d OR age NOT IN (1d) OR HAS(age)", false)]
    [InlineData("NOT age >= 0s AND publish_time > now", true)]
    public async Task An_item_that_comes_out_later_has_no_age_until_then(string filter, bool passes)
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, FullItem with { PublishTimeMs = FilterRig.NowMs + 1 });
        Assert.Equal(passes, FilterParser.Parse(filter).Matches(Full, rig.Context()));
        Assert.True(FilterParser.Parse("age = 0s").Matches(Full, rig.Context(FilterRig.NowMs + 1)));
    }

    [Fact]
    public async Task The_age_of_an_item_without_a_publish_time_counts_from_its_first_write()
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Bare, new() { ItemId = "bare", CreateTimeMs = FilterRig.NowMs - 60_000 });
        Assert.True(rig.Passes("age = 1m AND NOT HAS(publish_time)", Bare));
    }

    [Theory]
    [InlineData("HAS(tags) OR HAS(genres) AND HAS(kind)", true)]
    [InlineData("(HAS(tags) OR HAS(price)) AND HAS(genres)", true)]
    [InlineData("HAS(tags) OR HAS(genres) AND HAS(parent_id)", true)]
    [InlineData("(HAS(tags) OR HAS(genres)) AND HAS(parent_id)", false)]
    [InlineData("NOT HAS(parent_id) AND HAS(parent_id)", false)]
    [InlineData("NOT (HAS(parent_id) AND HAS(parent_id))", true)]
    [InlineData("NOT NOT HAS(tags)", true)]
    public async Task Not_binds_closest_then_and_then_or(string text, bool passes)
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, new() { ItemId = "a", Tags = ["x"], Genres = ["y"] });
        Assert.Equal(passes, rig.Passes(text, Full));
    }

    [Fact]
    public async Task A_text_that_no_item_had_when_the_filter_was_parsed_meets_items_that_come_later_and_changes_of_items()
    {
        await using var rig = await FilterRig.OpenAsync();
        var filter = FilterParser.Parse("tags = 'brand new' OR attributes.x IN ('one', 'two')");
        var context = rig.Context();
        Assert.False(filter.Matches(5_000, context));
        rig.Put(5_000, new() { ItemId = "a", Tags = ["Brand New"] });
        Assert.True(filter.Matches(5_000, context));
        rig.Put(5_000, new() { ItemId = "a", Tags = ["old"] });
        Assert.False(filter.Matches(5_000, context));
        rig.Put(5_000, new() { ItemId = "a", Attributes = new Dictionary<string, ItemAttribute> { ["x"] = new() { Texts = ["zero", "two"] } } });
        Assert.True(filter.Matches(5_000, context));
        rig.Put(5_000, null);
        Assert.False(filter.Matches(5_000, context));
    }

    [Fact]
    public async Task An_answer_allocates_nothing()
    {
        await using var rig = await FilterRig.OpenAsync();
        rig.Put(Full, FullItem);
        var context = rig.Context(country: "DE", locale: "de", ceiling: 18);
        var many = string.Join(',', Enumerable.Range(0, 50).Select(i => $"'t{i}'"));
        var filter = FilterParser.Parse(
            $"(tags IN ({many}) OR NOT genres = 'x') AND price IN (1, 9.99) AND available_in('DE') AND attributes.year > 5 AND attributes.studio != context.country AND kind = 'film' AND age > 1d");
        Assert.True(filter.Matches(Full, context));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) filter.Matches(Full, context);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
