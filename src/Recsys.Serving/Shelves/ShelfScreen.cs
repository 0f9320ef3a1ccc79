using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Recsys.Serving.Users;

namespace Recsys.Serving.Shelves;

/// <summary>The shelves that are being made for one request: what holds for all of them, and what earlier ones have taken.</summary>
internal sealed class ShelfScreen
{
    /// <param name="request">The request.</param>
    /// <param name="audience">Its users.</param>
    /// <param name="nowMs">Unix ms.</param>
    /// <param name="excluded">What the request leaves out.</param>
    /// <param name="cancellationToken">The call's.</param>
    public ShelfScreen(ShelvesRequest request, Audience audience, long nowMs, IEnumerable<uint> excluded, CancellationToken cancellationToken)
    {
        Work = new(cancellationToken);
        (Request, Audience, NowMs, MomentMs) = (request, audience, nowMs, request.RequestTimeMs ?? nowMs);
        Excluded = [.. excluded];
        History = new(audience, MomentMs);
        Country = audience.Country(request.Context?.Country ?? "");
        Locale = audience.Locale(request.Context?.Locale ?? "");
        FollowsEvents = !audience.IsDegraded && (audience.Listeners.Count == 0 || audience.Listeners.Any(static one => one.Profile?.Personalization != ConsentChoice.Denied));
    }

    public ShelvesRequest Request { get; }

    public Audience Audience { get; }

    /// <summary>Unix ms.</summary>
    public long NowMs { get; }

    /// <summary>For when the shelves are, Unix ms.</summary>
    public long MomentMs { get; }

    /// <summary>One for all shelves: what a filter said for one of them counts for the next.</summary>
    public FilterWork Work { get; }

    public ShelfHistory History { get; }

    /// <summary>As <see cref="Audience.Country"/>.</summary>
    public string Country { get; }

    /// <summary>As <see cref="Audience.Locale"/>.</summary>
    public string Locale { get; }

    /// <summary>Whether shelves may follow from what users did: somebody allows it, and it's known.</summary>
    public bool FollowsEvents { get; }

    /// <summary>What may be on no further shelf: what the request leaves out, and what earlier shelves have.</summary>
    public HashSet<uint> Excluded { get; }

    /// <summary>Items that a shelf is named after.</summary>
    public HashSet<uint> Named { get; } = [];

    /// <summary>The ordinary list that a shelf would be.</summary>
    public ListRequest ListOf(ShelfRequest shelf, int pageSize) => new()
    {
        Namespace = Request.Namespace,
        UserIds = Request.UserIds,
        Placement = shelf.Placement,
        PageSize = pageSize,
        ItemKinds = Request.ItemKinds,
        Filter = Request.Filter,
        ExcludeItemIds = Request.ExcludeItemIds,
        MaturityCeiling = Request.MaturityCeiling,
        Context = Request.Context,
        RequestTimeMs = Request.RequestTimeMs,
    };
}
