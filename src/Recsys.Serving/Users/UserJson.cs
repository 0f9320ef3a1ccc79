using System.Text.Json.Serialization;

namespace Recsys.Serving.Users;

/// <summary>Generated reading and writing of profiles; see <see cref="UserProfileJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserProfile))]
internal sealed partial class UserJson : JsonSerializerContext;
