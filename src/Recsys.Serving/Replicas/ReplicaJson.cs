using System.Text.Json.Serialization;

namespace Recsys.Serving.Replicas;

/// <summary>Reads and writes <see cref="ReplicaRecord"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReplicaRecord))]
internal sealed partial class ReplicaJson : JsonSerializerContext;
