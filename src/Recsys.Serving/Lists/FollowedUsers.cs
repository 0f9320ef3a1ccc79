using Recsys.Serving.Users;

namespace Recsys.Serving.Lists;

/// <summary>
/// Which users a personalised list follows, for its later pages: what a user has forbidden or had deleted since may rule none of them. Two bits a user, in the order of the request: whether there
/// was history from before the list was made, else whether there was anything (a play that is open, a preference, a clock that is ahead).
/// </summary>
internal static class FollowedUsers
{
    /// <summary>The most that <see cref="Of"/> returns.</summary>
    public const uint Most = (1u << (2 * MaxUsers)) - 1;

    // Of a request.
    private const int MaxUsers = 10;

    private const uint History = 1;
    private const uint Other = 2;

    /// <summary>What is known of the users when a list is made.</summary>
    /// <param name="audience">The users, as loaded.</param>
    /// <param name="nowMs">When the list is made, Unix ms.</param>
    public static uint Of(Audience audience, long nowMs)
    {
        var followed = 0u;
        for (var i = 0; i < Math.Min(MaxUsers, audience.Listeners.Count); i++)
            followed |= (HasHistory(audience.Listeners[i], nowMs) ? History : HasAnything(audience.Listeners[i]) ? Other : 0) << (2 * i);
        return followed;
    }

    /// <summary>Refuses a later page where what the list followed may be known no more.</summary>
    /// <param name="snapshot">The list.</param>
    /// <param name="audience">Its users, as loaded for this page. Where the store is down nobody can say, and the list goes on.</param>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public static void ThrowIfGone(Snapshot snapshot, Audience audience)
    {
        for (var i = 0; i < Math.Min(MaxUsers, audience.Listeners.Count); i++)
        {
            var listener = audience.Listeners[i];
            var isThere = ((snapshot.Followed >> (2 * i)) & (History | Other)) switch
            {
                0 => true,
                History => HasHistory(listener, snapshot.CreateTimeMs),
                _ => HasAnything(listener),
            };
            if (isThere) continue;
            throw new EngineException(
                EngineErrorKind.InvalidArgument,
                "PAGE_TOKEN_INVALID",
                "A user whom the list follows has refused personalisation since, or was deleted or reset: ask for the first page anew.",
                "page_token");
        }
    }

    /// <summary>Whether there is something from before a moment: it isn't there any more once the user was deleted, whoever has the id then.</summary>
    private static bool HasHistory(Listener listener, long momentMs) => listener.State is { Ring.Count: > 0 } state && (state.Ring[0].TimeMs <= momentMs || state.Older.Count > 0);

    private static bool HasAnything(Listener listener) =>
        listener.State is { Ring.Count: > 0 } or { OpenPlays.Count: > 0 }
        || (listener.Profile is { Steering: { IsEmpty: false } } profile && profile.Personalization != ConsentChoice.Denied);
}
