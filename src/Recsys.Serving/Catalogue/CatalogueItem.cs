namespace Recsys.Serving.Catalogue;

/// <summary>An item of the catalogue; the fields are those of recsys.v1.Item. Stored as JSON.</summary>
public sealed record CatalogueItem
{
    /// <summary>The caller's id.</summary>
    public required string ItemId { get; init; }

    /// <summary>What it is.</summary>
    public ItemKind Kind { get; init; } = ItemKind.Other;

    /// <summary>The containing item; may be empty.</summary>
    public string ParentId { get; init; } = "";

    /// <summary>Place within the parent, from 1; 0: unordered.</summary>
    public int Ordinal { get; init; }

    /// <summary>Title.</summary>
    public string Title { get; init; } = "";

    /// <summary>Description.</summary>
    public string Description { get; init; } = "";

    /// <summary>Further languages.</summary>
    public IReadOnlyList<ItemLocalization> Localizations { get; init; } = [];

    /// <summary>Genres.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Studios, directors, artists.</summary>
    public IReadOnlyList<string> Creators { get; init; } = [];

    /// <summary>Languages of the content.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Typed attributes.</summary>
    public IReadOnlyDictionary<string, ItemAttribute> Attributes { get; init; } = new Dictionary<string, ItemAttribute>();

    /// <summary>ISO 4217 code; empty: no price.</summary>
    public string PriceCurrency { get; init; } = "";

    /// <summary>Price in millionths.</summary>
    public long PriceMicros { get; init; }

    /// <summary>Windows in which it may be shown; none: always.</summary>
    public IReadOnlyList<AvailabilityWindow> Availability { get; init; } = [];

    /// <summary>The age it's meant for, years.</summary>
    public int MaturityAge { get; init; }

    /// <summary>When it came out, Unix ms; null: unknown.</summary>
    public long? PublishTimeMs { get; init; }

    /// <summary>How long a play takes, ms; 0: unknown.</summary>
    public long DurationMs { get; init; }

    /// <summary>Where the cover is.</summary>
    public string CoverUri { get; init; } = "";

    /// <summary>Kept, but in no list.</summary>
    public bool Hidden { get; init; }

    /// <summary>First written, Unix ms; set by the catalogue.</summary>
    public long CreateTimeMs { get; init; }

    /// <summary>Last written, Unix ms; set by the catalogue.</summary>
    public long UpdateTimeMs { get; init; }
}
