using System.Text.Json.Serialization;

namespace Recsys.Serving.Steering;

/// <summary>What a user wants and picked; stored in the profile's document, so that lists need no further read.</summary>
/// <param name="Preferences">One a subject, oldest word first.</param>
/// <param name="Picks">What was picked on arrival; null: nothing.</param>
public sealed record UserSteering(IReadOnlyList<Preference> Preferences, OnboardingPicks? Picks)
{
    /// <summary>Preferences of one user.</summary>
    public const int MaxPreferences = 500;

    /// <summary>When the first of it was said by the server's clock, Unix ms: anew after a deletion, a reset, or when all was taken back. 0: before servers noted it.</summary>
    public long SinceMs { get; init; }

    /// <summary>Nothing wanted, nothing picked.</summary>
    public static UserSteering None { get; } = new([], null);

    /// <summary>Whether there is nothing.</summary>
    [JsonIgnore]
    public bool IsEmpty => Preferences.Count == 0 && Picks is null;

    /// <summary>With further words, each in the place of an earlier one about the same.</summary>
    /// <param name="words">In the order in which they were said.</param>
    public UserSteering With(IReadOnlyList<Preference> words)
    {
        var preferences = Preferences.ToList();
        foreach (var word in words)
        {
            preferences.RemoveAll(other => other.Subject.IsSame(word.Subject));
            preferences.Add(word);
        }

        return this with { Preferences = preferences };
    }

    /// <summary>Without what was said of some subjects; the same object where nothing was.</summary>
    public UserSteering Without(IReadOnlyList<PreferenceSubject> subjects)
    {
        var preferences = Preferences.Where(preference => !subjects.Any(subject => subject.IsSame(preference.Subject))).ToList();
        return preferences.Count == Preferences.Count ? this : this with { Preferences = preferences };
    }

    /// <summary>Of two users who turn out to be one: the latest word about each subject, of too many the newest, and the picks made last.</summary>
    public UserSteering Merged(UserSteering other)
    {
        var merged = None.With([.. Preferences.Concat(other.Preferences).OrderBy(preference => preference.TimeMs)]);
        var picks = Picks is null || other.Picks?.TimeMs > Picks.TimeMs ? other.Picks ?? Picks : Picks;
        return new([.. merged.Preferences.TakeLast(MaxPreferences)], picks) { SinceMs = SinceMs };
    }
}
