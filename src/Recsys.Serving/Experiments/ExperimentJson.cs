using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Recsys.Serving.Experiments;

/// <summary>Generated reading and writing of experiments; see <see cref="ExperimentsDocument"/>.</summary>
[JsonSerializable(typeof(ExperimentsDocument))]
internal sealed partial class ExperimentJson : JsonSerializerContext
{
    /// <summary>As they are stored: without defaults and as short as can be.</summary>
    public static ExperimentJson Stored { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
