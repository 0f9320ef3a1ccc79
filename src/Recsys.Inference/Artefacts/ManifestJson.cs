using System.Text.Json.Serialization;

namespace Recsys.Inference.Artefacts;

/// <summary>The manifest's JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ArtefactManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
