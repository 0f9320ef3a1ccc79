namespace Recsys.Serving.Events;

/// <summary>Where and how an event or a request came about.</summary>
public sealed record RequestContext
{
    /// <summary>Offset from UTC in seconds; null: unknown.</summary>
    public int? UtcOffsetSeconds { get; init; }

    /// <summary>Device class; may be empty.</summary>
    public string Device { get; init; } = "";

    /// <summary>BCP 47 tag; may be empty.</summary>
    public string Locale { get; init; } = "";

    /// <summary>ISO 3166-1 alpha-2; may be empty.</summary>
    public string Country { get; init; } = "";

    /// <summary>Free further context.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
