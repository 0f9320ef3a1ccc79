using System.Text.Json.Serialization;

namespace Recsys.Serving.Archive;

/// <summary>The archive's documents as stored. Unknown fields are ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ArchiveCheckpoint))]
[JsonSerializable(typeof(ArchiveSegment))]
[JsonSerializable(typeof(ArchiveMark))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
