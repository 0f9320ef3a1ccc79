namespace Recsys.Serving.Events;

/// <summary>One event as the engine takes it: valid by the contract's rules (the boundary checks them), times in Unix milliseconds.</summary>
public sealed record WatchEvent
{
    /// <summary>The caller's id; empty: none.</summary>
    public string EventId { get; init; } = "";

    /// <summary>Whose.</summary>
    public required string UserId { get; init; }

    /// <summary>What happened.</summary>
    public required WatchEventType Type { get; init; }

    /// <summary>The item; empty only for Custom.</summary>
    public string ItemId { get; init; } = "";

    /// <summary>The play session; may be empty.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>When it happened, Unix ms; the boundary fills in the time of receipt where the client gave none.</summary>
    public required long EventTimeMs { get; init; }

    /// <summary>How far the play has come, ms; -1: not given.</summary>
    public long PositionMs { get; init; } = -1;

    /// <summary>The item's whole length, ms; -1: not given.</summary>
    public long DurationMs { get; init; } = -1;

    /// <summary>For Rating: the value over its maximum, 0 to 1; not-a-number otherwise.</summary>
    public double RatingShare { get; init; } = double.NaN;

    /// <summary>For Rating: the top of the scale as given.</summary>
    public double RatingMax { get; init; } = 5;

    /// <summary>For Purchase: ISO 4217 code; empty: not given.</summary>
    public string PriceCurrency { get; init; } = "";

    /// <summary>For Purchase: amount in millionths.</summary>
    public long PriceMicros { get; init; }

    /// <summary>For Custom: the name.</summary>
    public string CustomName { get; init; } = "";

    /// <summary>The list in which the user met the item; may be empty.</summary>
    public string RecommendationId { get; init; } = "";

    /// <summary>The place in that list.</summary>
    public int ListPosition { get; init; }

    /// <summary>The placement; may be empty.</summary>
    public string Placement { get; init; } = "";

    /// <summary>Smaller propensities are refused: what is divided by one tells nothing any more. No list says one (<see cref="Placements.PlacementLimits.LeastExploration"/>, 500 places).</summary>
    public const double LeastPropensity = 1e-9;

    /// <summary>For Impression: the probability with which the list put the item in its place, <see cref="LeastPropensity"/> to 1; null: not given.</summary>
    public double? Propensity { get; init; }

    /// <summary>Where and how; null: nothing given.</summary>
    public RequestContext? Context { get; init; }
}
