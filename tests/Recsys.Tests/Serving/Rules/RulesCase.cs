using System.Text.Json;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;

namespace Recsys.Tests.Serving.Rules;

/// <summary>A request, and all that its list depends on.</summary>
internal sealed record RulesCase
{
    public required Placement Placement { get; init; }

    public required ListRequest Request { get; init; }

    public required IReadOnlyList<CatalogueItem> Items { get; init; }

    /// <summary>The whole ranking without rules.</summary>
    public required IReadOnlyList<RankedItem> Base { get; init; }

    /// <summary>Of the request's users.</summary>
    public required IReadOnlyList<PastInteraction> Interactions { get; init; }

    /// <summary>Of the request's users, oldest first.</summary>
    public required IReadOnlyList<PastImpression> Impressions { get; init; }

    /// <summary>The country that holds; empty: unknown.</summary>
    public required string Country { get; init; }

    /// <summary>The ceiling that holds; null: none.</summary>
    public required int? Ceiling { get; init; }

    /// <summary>The moment the list is for, Unix ms.</summary>
    public required long MomentMs { get; init; }

    /// <summary>How alike two items are, 0 to 1.</summary>
    public Func<string, string, double> Likeness { get; init; } = static (_, _) => throw new NotSupportedException("No placement of this world asks for diversity.");

    public int PageSize => Request.PageSize > 0 ? Request.PageSize : Placement.PageSize > 0 ? Placement.PageSize : 20;

    /// <summary>For a failure's message.</summary>
    public override string ToString() => $"""
        placement: {JsonSerializer.Serialize(Placement)}
        request: users {string.Join(' ', Request.UserIds)}, page size {Request.PageSize}, seen {Request.SeenPolicy}, kinds {string.Join(' ', Request.ItemKinds)}, filter {Request.Filter?.Text}
          include {string.Join(' ', Request.IncludeItemIds)}, exclude {string.Join(' ', Request.ExcludeItemIds)}, country '{Country}', ceiling {Ceiling}, moment {MomentMs}
        interactions: {string.Join("; ", Interactions)}
        impressions: {string.Join("; ", Impressions)}
        base: {string.Join(' ', Base.Select(item => FormattableString.Invariant($"{item.ItemId}:{item.Score:g6}:{item.Reasons.FirstOrDefault()?.Source}")))}
        """;
}
