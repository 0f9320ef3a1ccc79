using System.Text.Json.Serialization;

namespace Recsys.Serving.Migration;

/// <summary>The marker as stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MigrationMarker))]
internal sealed partial class MigrationJson : JsonSerializerContext;
