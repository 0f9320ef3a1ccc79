using System.Security.Cryptography;
using System.Text.Json;
using Recsys.Serving.Steering;

namespace Recsys.Serving.Users;

/// <summary>Profiles as stored. Unknown fields are ignored, so that profiles written by a newer version stay readable.</summary>
internal static class UserProfileJson
{
    private const int EtagBytes = 8;

    /// <summary>The stored bytes of a profile.</summary>
    public static byte[] Write(UserProfile profile) => JsonSerializer.SerializeToUtf8Bytes(profile, UserJson.Default.UserProfile);

    /// <summary>The profile of stored bytes.</summary>
    /// <exception cref="JsonException">The bytes are damaged.</exception>
    public static UserProfile Read(ReadOnlySpan<byte> content)
    {
        var profile = JsonSerializer.Deserialize(content, UserJson.Default.UserProfile) ?? throw new JsonException("A profile is null.");

        // Generated code sets every init property: absent fields come out as null whatever the record's own default is.
        return profile with
        {
            AccountId = profile.AccountId ?? "",
            Locale = profile.Locale ?? "",
            Country = profile.Country ?? "",
            Attributes = profile.Attributes ?? new Dictionary<string, string>(),
            Steering = profile.Steering is { } steering ? Complete(steering) : null,
        };
    }

    /// <summary>The profile of stored bytes; where they are damaged, what the user allows isn't known: nothing that needs consent, nothing that needs an age.</summary>
    public static UserProfile ReadOrStrict(ReadOnlySpan<byte> content, out JsonException? error)
    {
        error = null;
        try
        {
            return Read(content);
        }
        catch (JsonException e)
        {
            error = e;
            return new() { UserId = "", MaturityCeiling = 0, Personalization = ConsentChoice.Denied };
        }
    }

    /// <summary>The version of stored bytes: a hash of them, steering left out; empty where there are none.</summary>
    public static string Etag(ReadOnlySpan<byte> content)
    {
        // Who has said nothing keeps the version by the bytes as they are, which a newer version of this program may have written.
        if (content.IndexOf("\"steering\":"u8) >= 0 && Read(content) is { Steering: not null } profile) content = Write(profile with { Steering = null });
        return content.IsEmpty ? "" : Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, EtagBytes));
    }

    private static UserSteering Complete(UserSteering steering) => new(
        steering.Preferences ?? [],
        steering.Picks is { } picks ? new(picks.ItemIds ?? [], picks.Genres ?? [], picks.Tags ?? [], picks.TimeMs) : null)
    {
        SinceMs = steering.SinceMs,
    };
}
