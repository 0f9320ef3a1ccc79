using System.Text.Json.Serialization;

namespace Recsys.Training.Session;

/// <summary>The JSON of settings in an artefact's manifest, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainingSettings))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class SettingsJson : JsonSerializerContext;
