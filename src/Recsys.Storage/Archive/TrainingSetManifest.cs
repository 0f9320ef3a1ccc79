using System.Text.Json.Serialization;

namespace Recsys.Storage.Archive;

/// <summary>A training set's <c>manifest.json</c>.</summary>
public sealed record TrainingSetManifest
{
    /// <summary>The format that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The folder's format: <see cref="CurrentFormat"/>.</summary>
    [JsonPropertyName("format")]
    public required int Format { get; init; }

    /// <summary>The namespace that it was made from.</summary>
    [JsonPropertyName("namespace")]
    public required string Namespace { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("created")]
    public required DateTimeOffset Created { get; init; }

    /// <summary>Users, also those without interactions; their numbers are 0 to one less.</summary>
    [JsonPropertyName("users")]
    public required int Users { get; init; }

    /// <summary>Items, also those that nobody interacted with.</summary>
    [JsonPropertyName("items")]
    public required int Items { get; init; }

    /// <summary>Interactions.</summary>
    [JsonPropertyName("interactions")]
    public required int Interactions { get; init; }

    /// <summary>Rows of <c>item_categories.parquet</c>; null: there is no such file nor <c>item_facts.parquet</c>, as in sets of earlier versions.</summary>
    [JsonPropertyName("item_categories")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ItemCategories { get; init; }

    /// <summary>Rows of <c>exposures.parquet</c>; null: there is no such file, as in sets of earlier versions.</summary>
    [JsonPropertyName("exposures")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Exposures { get; init; }

    /// <summary>What was left out.</summary>
    [JsonPropertyName("split")]
    public required TrainingSetSplit Split { get; init; }
}
