using Recsys.Serving.Users;

namespace Recsys.Serving.Steering;

/// <summary>What an anonymous user wanted becomes the known user's own word.</summary>
internal static class SteeringLink
{
    /// <summary>The known user's profile as it is to be stored; null: there is nothing to merge.</summary>
    /// <param name="anonymous">The anonymous user's profile as stored.</param>
    /// <param name="known">The known user's; null: there is none.</param>
    /// <param name="knownUserId">Whose.</param>
    /// <param name="nowMs">Unix ms.</param>
    public static ReadOnlyMemory<byte>? Merge(ReadOnlyMemory<byte> anonymous, UserProfile? known, string knownUserId, long nowMs)
    {
        if (anonymous.IsEmpty || UserProfileJson.Read(anonymous.Span).Steering is not { } steering) return null;
        var profile = known ?? new() { UserId = knownUserId, CreateTimeMs = nowMs };
        return UserProfileJson.Write(profile with { Steering = (profile.Steering ?? UserSteering.None).Merged(steering) });
    }
}
