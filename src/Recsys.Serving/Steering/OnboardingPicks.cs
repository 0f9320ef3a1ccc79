namespace Recsys.Serving.Steering;

/// <summary>What a user picked on arrival, as stored.</summary>
/// <param name="ItemIds">Items; the last one counts most.</param>
/// <param name="Genres">Genres.</param>
/// <param name="Tags">Tags.</param>
/// <param name="TimeMs">When they were picked, Unix ms.</param>
public sealed record OnboardingPicks(IReadOnlyList<string> ItemIds, IReadOnlyList<string> Genres, IReadOnlyList<string> Tags, long TimeMs)
{
    /// <summary>Nothing picked.</summary>
    public static OnboardingPicks None { get; } = new([], [], [], 0);
}
