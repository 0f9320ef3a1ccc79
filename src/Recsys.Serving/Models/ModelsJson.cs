using System.Text.Json.Serialization;

namespace Recsys.Serving.Models;

/// <summary>Models as stored. Unknown fields are ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelRecord))]
[JsonSerializable(typeof(LiveHistory))]
internal sealed partial class ModelsJson : JsonSerializerContext;
