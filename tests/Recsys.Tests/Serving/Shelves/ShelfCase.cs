using Recsys.Serving.Catalogue;
using Recsys.Serving.Placements;
using Recsys.Serving.Shelves;

namespace Recsys.Tests.Serving.Shelves;

/// <summary>A request for shelves, and all that they depend on.</summary>
internal sealed record ShelfCase
{
    public required ShelvesRequest Request { get; init; }

    /// <summary>In the order of their numbers.</summary>
    public required IReadOnlyList<CatalogueItem> Items { get; init; }

    /// <summary>By id.</summary>
    public required IReadOnlyDictionary<string, Placement> Placements { get; init; }

    /// <summary>Of the request's users that allow it, oldest first.</summary>
    public required IReadOnlyList<ShelfDeed> Deeds { get; init; }

    /// <summary>The country that holds; empty: unknown.</summary>
    public required string Country { get; init; }

    /// <summary>The ceiling that holds; null: none.</summary>
    public required int? Ceiling { get; init; }

    /// <summary>The moment that the shelves are for, Unix ms.</summary>
    public required long MomentMs { get; init; }

    /// <summary>Whether a model ranks.</summary>
    public required bool HasModel { get; init; }

    /// <summary>For a failure's message.</summary>
    public override string ToString() => $"""
        users {string.Join(' ', Request.UserIds)}, kinds {string.Join(' ', Request.ItemKinds)}, filter {Request.Filter?.Text}, exclude {string.Join(' ', Request.ExcludeItemIds)}
        country '{Country}', ceiling {Ceiling}, moment {MomentMs}
        shelves: {string.Join("; ", Request.Shelves)}
        placements: {string.Join("; ", Placements.Values.Select(placement => $"{placement.PlacementId}: {placement.Seen}, size {placement.PageSize}, filter {placement.Filter}"))}
        deeds: {string.Join("; ", Deeds)}
        """;
}
