namespace Recsys.Serving.Shelves;

/// <summary>One shelf that is wanted; the meanings are those of recsys.v1.ShelfRequest, whose rules the boundary has checked.</summary>
/// <param name="Kind">Which.</param>
public sealed record ShelfRequest(ShelfKind Kind)
{
    /// <summary>Placement; may be empty.</summary>
    public string Placement { get; init; } = "";

    /// <summary>1 to 100; 0: what the placement says.</summary>
    public int PageSize { get; init; }

    /// <summary>BecauseYouPlayed: like which item; empty: one that the user liked.</summary>
    public string ItemId { get; init; } = "";

    /// <summary>New: 1 to 365 days.</summary>
    public int MaxAgeDays { get; init; } = 30;
}
