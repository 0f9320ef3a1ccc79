using System.Text.Json.Serialization;

namespace Recsys.Training.Tuning;

/// <summary>The JSON of a state folder, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TuningStart))]
[JsonSerializable(typeof(FinishedTraining))]
internal sealed partial class TuningJson : JsonSerializerContext;
