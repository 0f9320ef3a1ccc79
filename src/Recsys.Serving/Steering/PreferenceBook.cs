using Recsys.Serving.Users;

namespace Recsys.Serving.Steering;

/// <summary>What users want: more like this, less like this, not this, and what they picked on arrival. Whoever watches a user's list is told of each change.</summary>
public sealed class PreferenceBook
{
    private readonly UserDirectory _users;
    private readonly TimeProvider _time;

    internal PreferenceBook(UserDirectory users, TimeProvider time) => (_users, _time) = (users, time);

    /// <summary>What a user wants and picked; nothing where the user isn't known.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<UserSteering> GetAsync(string ns, string userId, CancellationToken cancellationToken)
    {
        var record = await _users.LoadAsync(new(ns, userId), cancellationToken);
        return (record.Profile.IsEmpty ? null : UserProfileJson.Read(record.Profile.Span).Steering) ?? UserSteering.None;
    }

    /// <summary>Stores words of a user, each in the place of an earlier one about the same subject; returns how many the user has then.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="words">In the order in which they were said.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">FailedPrecondition (too many), Unavailable, Aborted.</exception>
    public async ValueTask<int> SetAsync(string ns, string userId, IReadOnlyList<(PreferenceKind Kind, PreferenceSubject Subject)> words, CancellationToken cancellationToken)
    {
        var now = Now();
        var said = words.Select(word => new Preference(word.Kind, word.Subject.Kind, word.Subject.Name, now)).ToArray();
        var count = 0;
        await _users.SteerAsync(
            ns,
            userId,
            before =>
            {
                var after = before.With(said);
                count = after.Preferences.Count;
                if (count > UserSteering.MaxPreferences && count > before.Preferences.Count) throw TooMany(userId, count);
                return after;
            },
            cancellationToken);
        return count;
    }

    /// <summary>Takes back what a user said of some subjects; returns how many words that were.</summary>
    /// <exception cref="EngineException">Unavailable, Aborted.</exception>
    public async ValueTask<int> RetractAsync(string ns, string userId, IReadOnlyList<PreferenceSubject> subjects, CancellationToken cancellationToken)
    {
        var count = 0;
        await _users.SteerAsync(
            ns,
            userId,
            before =>
            {
                var after = before.Without(subjects);
                count = before.Preferences.Count - after.Preferences.Count;
                return after;
            },
            cancellationToken);
        return count;
    }

    /// <summary>Replaces what a user picked on arrival.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="itemIds">Items; the last one counts most.</param>
    /// <param name="genres">Genres.</param>
    /// <param name="tags">Tags. Nothing at all: the picks are taken back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">Unavailable, Aborted.</exception>
    public ValueTask SetPicksAsync(
        string ns, string userId, IReadOnlyList<string> itemIds, IReadOnlyList<string> genres, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var picks = itemIds.Count + genres.Count + tags.Count == 0 ? null : new OnboardingPicks(itemIds, genres, tags, Now());
        return _users.SteerAsync(ns, userId, before => before.Picks is null && picks is null ? before : before with { Picks = picks }, cancellationToken);
    }

    /// <summary>
    /// Makes lists those of a new user: nothing that is older than this moment counts in the state any more, preferences and picks are gone. Log and the rest of the profile stay. The reset is
    /// an event in the log; to undo it brings back what followed from older events.
    /// </summary>
    /// <returns>The event's id.</returns>
    /// <exception cref="EngineException">NotFound, Unavailable, Aborted.</exception>
    public ValueTask<string> ResetAsync(string ns, string userId, CancellationToken cancellationToken) => _users.ResetAsync(ns, userId, cancellationToken);

    private static EngineException TooMany(string userId, int count) => new(
        EngineErrorKind.FailedPrecondition,
        "TOO_MANY_PREFERENCES",
        $"User '{userId}' would have {count} preferences, at most {UserSteering.MaxPreferences} are kept: retract some.",
        "preferences");

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
