using Recsys.Serving.Users;

namespace Recsys.Serving.Lists;

/// <summary>
/// Which users a personalised list follows, for its later pages: what a user has forbidden or had deleted since may rule none of them, whoever has the id by then and whatever comes late.
/// </summary>
/// <param name="Kinds">Two bits a user, in the order of the request: whether there was a history, else whether something was wanted. 0: the list follows nobody.</param>
/// <param name="Since">A hash over since when there was that of each of them: another after a deletion or a reset.</param>
internal readonly record struct FollowedUsers(uint Kinds, ulong Since)
{
    /// <summary>The most that <see cref="Kinds"/> can be.</summary>
    public const uint MostKinds = (1u << (2 * MaxUsers)) - 1;

    // Of a request.
    private const int MaxUsers = 10;

    private const uint History = 1;
    private const uint Wishes = 2;

    /// <summary>What is known of the users when a list is made.</summary>
    /// <param name="audience">The users, as loaded.</param>
    public static FollowedUsers Of(Audience audience)
    {
        var kinds = 0u;
        for (var i = 0; i < Math.Min(MaxUsers, audience.Listeners.Count); i++)
            kinds |= (SinceMs(audience.Listeners[i], History) >= 0 ? History : SinceMs(audience.Listeners[i], Wishes) >= 0 ? Wishes : 0) << (2 * i);
        return new(kinds, SinceOf(kinds, audience));
    }

    /// <summary>Refuses a later page where what the list followed may be known no more.</summary>
    /// <param name="audience">The list's users, as loaded for this page. Where the store is down nobody can say, and the list goes on.</param>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public void ThrowIfGone(Audience audience)
    {
        if (audience.IsDegraded || SinceOf(Kinds, audience) == Since) return;
        throw new EngineException(
            EngineErrorKind.InvalidArgument,
            "PAGE_TOKEN_INVALID",
            "A user whom the list follows has refused personalisation since, or was deleted or reset: ask for the first page anew.",
            "page_token");
    }

    private static ulong SinceOf(uint kinds, Audience audience)
    {
        // FNV-1a, a word at a time.
        var hash = 0xcbf29ce484222325;
        for (var i = 0; kinds >> (2 * i) != 0 && i < audience.Listeners.Count; i++)
        {
            if (((kinds >> (2 * i)) & (History | Wishes)) is var kind && kind != 0) hash = (hash ^ (ulong)SinceMs(audience.Listeners[i], kind)) * 0x100000001b3;
        }

        return kinds == 0 ? 0 : hash;
    }

    /// <summary>Since when there is a history, or wishes, by the server's clock; -1: there is none that may be followed.</summary>
    private static long SinceMs(Listener listener, uint kind) => kind == History
        ? listener.State is { Ring.Count: > 0 } or { OpenPlays.Count: > 0 } ? listener.State.SinceMs : -1
        : listener.Profile is { Steering: { IsEmpty: false } steering } profile && profile.Personalization != ConsentChoice.Denied ? steering.SinceMs : -1;
}
