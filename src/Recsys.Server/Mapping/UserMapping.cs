using Google.Protobuf.WellKnownTypes;
using Recsys.Server.Validation;
using Recsys.Serving.Users;

namespace Recsys.Server.Mapping;

/// <summary>User profiles, checked on their way in, and what their update masks name.</summary>
internal static class UserMapping
{
    private static readonly Dictionary<string, Func<UserProfile, UserProfile, UserProfile>> Changes = new()
    {
        ["account_id"] = static (to, from) => to with { AccountId = from.AccountId },
        ["maturity_ceiling"] = static (to, from) => to with { MaturityCeiling = from.MaturityCeiling },
        ["consent"] = static (to, from) => to with { Personalization = from.Personalization, Retention = from.Retention },
        ["consent.personalization"] = static (to, from) => to with { Personalization = from.Personalization },
        ["consent.retention"] = static (to, from) => to with { Retention = from.Retention },
        ["locale"] = static (to, from) => to with { Locale = from.Locale },
        ["country"] = static (to, from) => to with { Country = from.Country },
        ["attributes"] = static (to, from) => to with { Attributes = from.Attributes },
    };

    /// <summary>Maps a profile; with violations the result must not be used.</summary>
    public static UserProfile Read(V1.User message, FieldViolations violations)
    {
        violations.Id("user_id", message.UserId);
        violations.Id("account_id", message.AccountId, required: false);
        violations.Locale("locale", message.Locale);
        violations.Country("country", message.Country);
        violations.Id("etag", message.Etag, required: false);
        if (message.HasMaturityCeiling) violations.Range("maturity_ceiling", message.MaturityCeiling, 0, FieldRules.MaxYears);
        return new UserProfile
        {
            UserId = message.UserId,
            AccountId = message.AccountId,
            MaturityCeiling = message.HasMaturityCeiling ? message.MaturityCeiling : null,
            Personalization = ReadChoice("consent.personalization", message.Consent?.Personalization ?? default, violations),
            Retention = ReadChoice("consent.retention", message.Consent?.Retention ?? default, violations),
            Locale = message.Locale,
            Country = message.Country,
            Attributes = ContextMapping.ReadAttributes(message.Attributes, "attributes", 50, violations),
        };
    }

    public static void CheckMask(FieldMask? mask, FieldViolations violations) => MaskPaths.Check(mask, Changes.ContainsKey, violations);

    /// <summary>The stored profile with the masked fields of the new one; without a mask all of them.</summary>
    public static UserProfile Apply(FieldMask? mask, UserProfile stored, UserProfile given)
    {
        if (MaskPaths.IsEmpty(mask)) return given with { CreateTimeMs = stored.CreateTimeMs, UpdateTimeMs = stored.UpdateTimeMs };
        return mask!.Paths.Aggregate(stored, (profile, path) => Changes[path](profile, given));
    }

    public static V1.User Write(UserProfile profile, string etag)
    {
        var message = new V1.User
        {
            UserId = profile.UserId,
            AccountId = profile.AccountId,
            Consent = new V1.Consent
            {
                Personalization = (V1.ConsentChoice)profile.Personalization,
                Retention = (V1.ConsentChoice)profile.Retention,
            },
            Locale = profile.Locale,
            Country = profile.Country,
            Etag = etag,
        };
        if (profile.MaturityCeiling is { } years) message.MaturityCeiling = years;
        if (profile.CreateTimeMs > 0) message.CreateTime = Times.ToTimestamp(profile.CreateTimeMs);
        if (profile.UpdateTimeMs > 0) message.UpdateTime = Times.ToTimestamp(profile.UpdateTimeMs);
        message.Attributes.Add(profile.Attributes.ToDictionary());
        return message;
    }

    public static V1.UserState WriteState(UserSummary summary)
    {
        var message = new V1.UserState
        {
            Revision = summary.Revision,
            RingCount = summary.RingCount,
            InteractionCount = summary.InteractionCount,
            OpenPlayCount = summary.OpenPlayCount,
            StateBytes = summary.StateBytes,
            LastEventTime = Times.ToTimestamp(summary.LastEventTimeMs),
        };
        message.RecentItemIds.AddRange(summary.RecentItemIds);
        return message;
    }

    private static ConsentChoice ReadChoice(string field, V1.ConsentChoice choice, FieldViolations violations)
    {
        if (choice is < V1.ConsentChoice.Unspecified or > V1.ConsentChoice.Denied) violations.Add(field, $"is no known choice: {(int)choice}");
        return (ConsentChoice)choice;
    }
}
