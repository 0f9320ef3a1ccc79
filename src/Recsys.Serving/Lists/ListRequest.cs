using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Filters;

namespace Recsys.Serving.Lists;

/// <summary>What list is wanted; the meanings are those of recsys.v1.RecommendRequest, whose rules the boundary has checked.</summary>
public sealed record ListRequest
{
    /// <summary>
    /// No page token that the engine makes is longer: 500 places of 16 bytes, the names of a model, an experiment and its variant, and what else there is take 8,400 bytes, in base64url 11,200. The
    /// rest is room for what is added.
    /// </summary>
    public const int MaxPageTokenBytes = 16 * 1_024;

    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>0 to 10 users.</summary>
    public IReadOnlyList<string> UserIds { get; init; } = [];

    /// <summary>Placement; may be empty.</summary>
    public string Placement { get; init; } = "";

    /// <summary>1 to 500; 0: what the placement says.</summary>
    public int PageSize { get; init; }

    /// <summary>From the list before; empty: the first page.</summary>
    public string PageToken { get; init; } = "";

    /// <summary>Seen policy.</summary>
    public SeenPolicy SeenPolicy { get; init; }

    /// <summary>Only these compete; none: all.</summary>
    public IReadOnlyList<string> IncludeItemIds { get; init; } = [];

    /// <summary>These don't compete.</summary>
    public IReadOnlyList<string> ExcludeItemIds { get; init; } = [];

    /// <summary>Only these kinds; none: all but series and seasons.</summary>
    public IReadOnlyList<ItemKind> ItemKinds { get; init; } = [];

    /// <summary>Only what passes it; null: everything.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>Years; null: the users' own ceiling.</summary>
    public int? MaturityCeiling { get; init; }

    /// <summary>Context; null: nothing given.</summary>
    public RequestContext? Context { get; init; }

    /// <summary>The moment the list is for, Unix ms; null: now.</summary>
    public long? RequestTimeMs { get; init; }

    /// <summary>Whether each item says what every source says of it.</summary>
    public bool Explain { get; init; }

    /// <summary>Whether the list is by context and popularity only.</summary>
    public bool NoPersonalization { get; init; }

    /// <summary>How much each source counts; null: what the placement says.</summary>
    internal SourceWeights? Sources { get; init; }
}
