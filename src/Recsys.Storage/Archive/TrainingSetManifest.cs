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

    /// <summary>What was left out.</summary>
    [JsonPropertyName("split")]
    public required TrainingSetSplit Split { get; init; }
}
