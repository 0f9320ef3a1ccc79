using System.Text.Json.Serialization;

namespace Recsys.Serving.Steering;

/// <summary>What a user wants of a subject; stored by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PreferenceKind>))]
public enum PreferenceKind : byte
{
    /// <summary>More like this.</summary>
    More = 1,

    /// <summary>Less like this.</summary>
    Less = 2,

    /// <summary>Not this.</summary>
    Not = 3,
}
