using System.Text.Json.Serialization;

namespace Recsys.Serving.Catalogue;

/// <summary>Generated reading and writing of items; see <see cref="ItemDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CatalogueItem))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
