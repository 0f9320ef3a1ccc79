using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>What the target remembers of its migration. While it isn't completed no server may use the target.</summary>
internal sealed record MigrationMarker
{
    /// <summary>Not among <see cref="StoreCollections.All"/>: it belongs to the store that it's in, and is never copied.</summary>
    public const string Collection = "migration";

    private const string Key = "progress";

    /// <summary>Which store it comes from: a hash of what never changes in it.</summary>
    public required string Source { get; init; }

    /// <summary>When it began, Unix ms.</summary>
    public required long StartTimeMs { get; init; }

    /// <summary>When everything was there and compared equal, Unix ms; null: not yet.</summary>
    public long? CompleteTimeMs { get; init; }

    /// <summary>How long the source's log was when it was copied: its newest event's and exposure's sequence.</summary>
    public IReadOnlyList<long> NewestSequences { get; init; } = [];

    /// <summary>By namespace the user, in the source's order, up to whom everybody is copied.</summary>
    public IReadOnlyDictionary<string, string> Reached { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads it; null: nobody ever migrated into this store.</summary>
    public static async Task<MigrationMarker?> ReadAsync(IRecsysStore store, CancellationToken cancellationToken) =>
        await store.GetDocumentAsync(Collection, "", Key, cancellationToken) is { } document
            ? JsonSerializer.Deserialize(document.Content.Span, MigrationJson.Default.MigrationMarker)
            : null;

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(IRecsysStore store, CancellationToken cancellationToken) => await store.PutDocumentsAsync(
        [new() { Collection = Collection, Key = new("", Key), Content = JsonSerializer.SerializeToUtf8Bytes(this, MigrationJson.Default.MigrationMarker) }], cancellationToken);
}
