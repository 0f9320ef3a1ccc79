using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Filters;

namespace Recsys.Serving.Shelves;

/// <summary>What shelves are wanted; the meanings are those of recsys.v1.RecommendShelvesRequest, whose rules the boundary has checked.</summary>
public sealed record ShelvesRequest
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>0 to 10 users.</summary>
    public IReadOnlyList<string> UserIds { get; init; } = [];

    /// <summary>1 to 30 shelves.</summary>
    public required IReadOnlyList<ShelfRequest> Shelves { get; init; }

    /// <summary>On no shelf.</summary>
    public IReadOnlyList<string> ExcludeItemIds { get; init; } = [];

    /// <summary>Only these kinds; none: all but series and seasons.</summary>
    public IReadOnlyList<ItemKind> ItemKinds { get; init; } = [];

    /// <summary>Only what passes it; null: everything.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>Years; null: the users' own ceiling.</summary>
    public int? MaturityCeiling { get; init; }

    /// <summary>Context; null: nothing given.</summary>
    public RequestContext? Context { get; init; }

    /// <summary>The moment the shelves are for, Unix ms; null: now.</summary>
    public long? RequestTimeMs { get; init; }

    /// <summary>Whether shelves without items are answered.</summary>
    public bool KeepEmpty { get; init; }
}
