using System.Text.Json.Serialization;

namespace Recsys.Serving.Steering;

/// <summary>One word of a user, as stored.</summary>
/// <param name="Kind">What is wanted.</param>
/// <param name="Of">Of what kind of subject.</param>
/// <param name="Name">The subject's id or label.</param>
/// <param name="TimeMs">When it was said, Unix ms.</param>
public sealed record Preference(PreferenceKind Kind, SubjectKind Of, string Name, long TimeMs)
{
    /// <summary>What it is about.</summary>
    [JsonIgnore]
    public PreferenceSubject Subject => new(Of, Name);
}
