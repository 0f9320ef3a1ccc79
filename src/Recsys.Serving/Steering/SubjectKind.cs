using System.Text.Json.Serialization;

namespace Recsys.Serving.Steering;

/// <summary>What a preference is about; stored by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubjectKind>))]
public enum SubjectKind : byte
{
    /// <summary>An item, by its id.</summary>
    Item = 1,

    /// <summary>A creator.</summary>
    Creator = 2,

    /// <summary>A tag.</summary>
    Tag = 3,

    /// <summary>A genre.</summary>
    Genre = 4,
}
