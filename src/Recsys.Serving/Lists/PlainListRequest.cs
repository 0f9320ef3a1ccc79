using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Filters;

namespace Recsys.Serving.Lists;

/// <summary>A request for similar or trending items.</summary>
public sealed record PlainListRequest
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>For similar items: like which one; empty for trending.</summary>
    public string ItemId { get; init; } = "";

    /// <summary>1 to 500.</summary>
    public int PageSize { get; init; } = 20;

    /// <summary>From the list before; empty: the first page.</summary>
    public string PageToken { get; init; } = "";

    /// <summary>Only these kinds; none: all but series and seasons.</summary>
    public IReadOnlyList<ItemKind> ItemKinds { get; init; } = [];

    /// <summary>Only what passes it; null: everything.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>Years; null: no ceiling.</summary>
    public int? MaturityCeiling { get; init; }

    /// <summary>Context; null: nothing given.</summary>
    public RequestContext? Context { get; init; }
}
