using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recsys.Serving.Placements;

/// <summary>Generated reading and writing of placements; see <see cref="PlacementDocument"/>.</summary>
[JsonSerializable(typeof(PlacementVersion))]
internal sealed partial class PlacementJson : JsonSerializerContext
{
    /// <summary>As they are stored: without defaults and as short as can be. Numbers that JSON has no word for can be written, for the rules to measure what they refuse.</summary>
    public static PlacementJson Stored { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
