using System.Text.Json.Serialization;

namespace Recsys.Serving.Learning;

/// <summary>The state of continuous learning as stored. Unknown fields are ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(LearningState))]
internal sealed partial class LearningJson : JsonSerializerContext;
