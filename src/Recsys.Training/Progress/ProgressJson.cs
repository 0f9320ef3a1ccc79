using System.Text.Json.Serialization;

namespace Recsys.Training.Progress;

/// <summary>The JSON of progress lines, without reflection; what isn't known is left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrainingProgress))]
internal sealed partial class ProgressJson : JsonSerializerContext;
