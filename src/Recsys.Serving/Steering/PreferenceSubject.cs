namespace Recsys.Serving.Steering;

/// <summary>What a preference is about.</summary>
/// <param name="Kind">An item or a label.</param>
/// <param name="Name">The item's id, or the label.</param>
public readonly record struct PreferenceSubject(SubjectKind Kind, string Name)
{
    /// <summary>Whether two are about the same thing: items by every character, labels as filters compare them, without regard to case and surrounding white space.</summary>
    public bool IsSame(PreferenceSubject other) => Kind == other.Kind
        && (Kind == SubjectKind.Item ? Name == other.Name : Name.AsSpan().Trim().Equals(other.Name.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase));
}
