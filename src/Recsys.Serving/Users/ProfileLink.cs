using Recsys.Serving.Steering;

namespace Recsys.Serving.Users;

/// <summary>What an anonymous user wanted and refused becomes the known user's own word; a ceiling is never raised.</summary>
internal static class ProfileLink
{
    /// <summary>The known user's profile as it is to be stored; null: there is nothing to merge.</summary>
    /// <param name="anonymous">The anonymous user's profile as stored.</param>
    /// <param name="known">The known user's; null: there is none.</param>
    /// <param name="knownUserId">Whose.</param>
    /// <param name="nowMs">Unix ms.</param>
    public static ReadOnlyMemory<byte>? Merge(ReadOnlyMemory<byte> anonymous, UserProfile? known, string knownUserId, long nowMs)
    {
        if (anonymous.IsEmpty) return null;
        var other = UserProfileJson.ReadOrStrict(anonymous.Span, out _);
        var profile = known ?? new() { UserId = knownUserId, CreateTimeMs = nowMs };
        var merged = profile with
        {
            AccountId = profile.AccountId.Length > 0 ? profile.AccountId : other.AccountId,
            MaturityCeiling = profile.MaturityCeiling is { } own && !(other.MaturityCeiling < own) ? own : other.MaturityCeiling,
            Personalization = Choice(profile.Personalization, other.Personalization),
            Retention = Choice(profile.Retention, other.Retention),
        };

        // Steering is no part of the profile's version, so it doesn't count as an update.
        if (merged != profile) merged = merged with { UpdateTimeMs = nowMs };
        if (other.Steering is { } steering && profile.Retention != ConsentChoice.Denied)
            merged = merged with { Steering = (profile.Steering ?? UserSteering.None with { SinceMs = nowMs }).Merged(steering) };
        return merged == profile ? null : UserProfileJson.Write(merged);
    }

    /// <summary>The known user's own word, else the anonymous one's.</summary>
    private static ConsentChoice Choice(ConsentChoice known, ConsentChoice anonymous) => known != ConsentChoice.Unspecified ? known : anonymous;
}
