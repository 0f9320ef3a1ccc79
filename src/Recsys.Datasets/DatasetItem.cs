namespace Recsys.Datasets;

/// <summary>An item of a data set, within the limits that the catalogue accepts. Lists are never null; what the data set doesn't say is null, 0 or
/// empty.</summary>
public sealed record DatasetItem
{
    /// <summary>1 to 128 bytes of UTF-8 without control characters.</summary>
    public required string ItemId { get; init; }

    /// <summary>What it is.</summary>
    public DatasetItemKind Kind { get; init; } = DatasetItemKind.Other;

    /// <summary>The containing item, e.g. the season of an episode; null if there is none.</summary>
    public string? ParentId { get; init; }

    /// <summary>Place within the parent, from 1; 0 is unordered.</summary>
    public int Ordinal { get; init; }

    /// <summary>At most 1,024 bytes.</summary>
    public string Title { get; init; } = "";

    /// <summary>At most 16,384 bytes.</summary>
    public string Description { get; init; } = "";

    /// <summary>At most 50 of at most 128 bytes.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>At most 200 of at most 128 bytes.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Studios, directors, artists; at most 50 of at most 128 bytes.</summary>
    public IReadOnlyList<string> Creators { get; init; } = [];

    /// <summary>The age it's meant for, 0 to 21 years; 0 is everybody.</summary>
    public int MaturityAge { get; init; }

    /// <summary>When it came out.</summary>
    public DateTimeOffset? PublishTime { get; init; }

    /// <summary>How long a play takes, 0 to 30 days.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What it costs.</summary>
    public DatasetPrice? Price { get; init; }

    /// <summary>Attributes by key, e.g. "imdb_id". Keys are 1 to 64 bytes of [a-zA-Z0-9_.-].</summary>
    public IReadOnlyDictionary<string, DatasetAttribute> Attributes { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, DatasetAttribute>.Empty;

    /// <summary>Title and description in further languages.</summary>
    public IReadOnlyList<DatasetLocalization> Localizations { get; init; } = [];

    /// <summary>Languages of the content itself (BCP 47).</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Where and when it may be shown; none: always and everywhere.</summary>
    public IReadOnlyList<DatasetAvailability> Availability { get; init; } = [];

    /// <summary>Where the cover is.</summary>
    public string CoverUri { get; init; } = "";

    /// <summary>Kept, but in no list.</summary>
    public bool Hidden { get; init; }
}
