using System.Text.Json.Serialization;

namespace Recsys.Storage.Sqlite;

/// <summary>Who holds a store, as its owner file says.</summary>
internal sealed record StoreOwner(
    [property: JsonPropertyName("process_id")] int ProcessId,
    [property: JsonPropertyName("description")] string? Description);
