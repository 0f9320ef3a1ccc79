using Recsys.Serving.Catalogue;

namespace Recsys.Tests.Serving.Rules;

/// <summary>A filter's text and what it means, written a second time.</summary>
/// <param name="Text">As docs/filters.md has it.</param>
/// <param name="Passes">Whether an item passes, given the moment (Unix ms) and the ceiling that holds.</param>
internal sealed record SlowFilter(string Text, Func<CatalogueItem, long, int?, bool> Passes)
{
    public static IReadOnlyList<SlowFilter> All { get; } =
    [
        new("genres = 'drama'", static (item, _, _) => item.Genres.Contains("drama")),
        new("genres IN ('drama', 'war')", static (item, _, _) => item.Genres.Contains("drama") || item.Genres.Contains("war")),
        new("NOT tags = 'gore'", static (item, _, _) => !item.Tags.Contains("gore")),
        new("tags != 'gore'", static (item, _, _) => item.Tags.Count > 0 && !item.Tags.Contains("gore")),
        new("tags NOT IN ('gore', 'new')", static (item, _, _) => item.Tags.Count > 0 && !item.Tags.Contains("gore") && !item.Tags.Contains("new")),
        new("kind = 'film' OR kind = 'game'", static (item, _, _) => item.Kind is ItemKind.Film or ItemKind.Game),
        new("price < 5", static (item, _, _) => item.PriceCurrency.Length > 0 && item.PriceMicros < 5_000_000),
        new("HAS(parent_id)", static (item, _, _) => item.ParentId.Length > 0),
        new("creators = 'ada' AND NOT genres = 'war'", static (item, _, _) => item.Creators.Contains("ada") && !item.Genres.Contains("war")),
        new("attributes.studio = 'a'", static (item, _, _) => item.Attributes.GetValueOrDefault("studio") is { } studio && (studio.Text == "a" || studio.Texts?.Contains("a") == true)),
        new("attributes.year > 2000", static (item, _, _) => item.Attributes.GetValueOrDefault("year")?.Number > 2000),
        new("attributes.online = TRUE", static (item, _, _) => item.Attributes.GetValueOrDefault("online")?.Flag == true),
        new("maturity_age <= account.maturity_ceiling", static (item, _, ceiling) => item.MaturityAge <= ceiling),
        new("age < 30d", static (item, moment, _) => item.PublishTimeMs <= moment && moment - item.PublishTimeMs < 30 * 86_400_000L),
        new("available_in('BR')", static (item, moment, _) => SlowRules.IsAvailable(item, "BR", moment)),
    ];

    public static SlowFilter Of(string text) => All.Single(filter => filter.Text == text);
}
