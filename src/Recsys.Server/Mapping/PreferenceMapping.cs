using Google.Protobuf.Collections;
using Recsys.Server.Validation;
using Recsys.Serving.Steering;

namespace Recsys.Server.Mapping;

/// <summary>Preferences and onboarding picks, checked on their way in.</summary>
internal static class PreferenceMapping
{
    private const int MaxPicks = 50;

    /// <summary>Maps words; with violations the result must not be used.</summary>
    public static List<(PreferenceKind Kind, PreferenceSubject Subject)> Read(RepeatedField<V1.Preference> preferences, FieldViolations violations)
    {
        var words = new List<(PreferenceKind, PreferenceSubject)>(preferences.Count);
        for (var i = 0; i < preferences.Count; i++)
        {
            var kind = preferences[i].Kind;
            if (kind is <= V1.PreferenceKind.Unspecified or > V1.PreferenceKind.Not)
                violations.Add("preferences", i, "kind", kind == V1.PreferenceKind.Unspecified ? "is required" : $"is no known kind: {(int)kind}");
            words.Add(((PreferenceKind)kind, Read(preferences[i].Subject, "preferences", "subject.", i, violations)));
        }

        return words;
    }

    /// <summary>Maps subjects; with violations the result must not be used.</summary>
    public static List<PreferenceSubject> Read(RepeatedField<V1.PreferenceSubject> subjects, FieldViolations violations)
    {
        var result = new List<PreferenceSubject>(subjects.Count);
        for (var i = 0; i < subjects.Count; i++) result.Add(Read(subjects[i], "subjects", "", i, violations));
        return result;
    }

    /// <summary>Checks picks.</summary>
    public static void Check(V1.OnboardingPicks picks, FieldViolations violations)
    {
        Check("item_ids", picks.ItemIds, violations);
        Check("genres", picks.Genres, violations);
        Check("tags", picks.Tags, violations);
    }

    public static V1.ListPreferencesResponse Write(UserSteering steering)
    {
        var message = new V1.ListPreferencesResponse();
        foreach (var preference in steering.Preferences.Reverse())
        {
            message.Preferences.Add(new V1.Preference
            {
                Kind = (V1.PreferenceKind)preference.Kind,
                Subject = Write(preference.Subject),
                SetTime = Times.ToTimestamp(preference.TimeMs),
            });
        }

        if (steering.Picks is not { } picks) return message;
        message.OnboardingPicks = new V1.OnboardingPicks { ItemIds = { picks.ItemIds }, Genres = { picks.Genres }, Tags = { picks.Tags }, SetTime = Times.ToTimestamp(picks.TimeMs) };
        return message;
    }

    private static V1.PreferenceSubject Write(PreferenceSubject subject) => subject.Kind switch
    {
        SubjectKind.Creator => new() { Creator = subject.Name },
        SubjectKind.Tag => new() { Tag = subject.Name },
        SubjectKind.Genre => new() { Genre = subject.Name },
        _ => new() { ItemId = subject.Name },
    };

    private static PreferenceSubject Read(V1.PreferenceSubject? message, string field, string path, int index, FieldViolations violations)
    {
        var (kind, name, leaf) = message?.SubjectCase switch
        {
            V1.PreferenceSubject.SubjectOneofCase.ItemId => (SubjectKind.Item, message.ItemId, "item_id"),
            V1.PreferenceSubject.SubjectOneofCase.Creator => (SubjectKind.Creator, message.Creator, "creator"),
            V1.PreferenceSubject.SubjectOneofCase.Tag => (SubjectKind.Tag, message.Tag, "tag"),
            V1.PreferenceSubject.SubjectOneofCase.Genre => (SubjectKind.Genre, message.Genre, "genre"),
            _ => (default, "", ""),
        };
        if (leaf.Length == 0) violations.Add(field, index, path.TrimEnd('.'), "is required");
        else if (violations.Id(field, name, index: index, leaf: path + leaf) && string.IsNullOrWhiteSpace(name)) violations.Add(field, index, path + leaf, "must not be blank");
        return new(kind, name);
    }

    private static void Check(string field, RepeatedField<string> names, FieldViolations violations)
    {
        if (!violations.Count(field, names.Count, MaxPicks)) return;
        for (var i = 0; i < names.Count; i++) violations.Id(field, names[i], index: i);
    }
}
