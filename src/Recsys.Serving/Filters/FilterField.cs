using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters;

/// <summary>A field that filters may name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
internal sealed record FilterField(string Name, FilterType Type)
{
    /// <summary>What is before an attribute's name.</summary>
    public const string AttributePrefix = "attributes.";

    private const int MaxAttributeName = 64;

    /// <summary>All but the attributes.</summary>
    private static readonly FilterField[] All =
    [
        new("kind", FilterType.Kind),
        new("genres", FilterType.Texts) { Key = FieldKeys.Genres, Presence = PresentFields.Genres },
        new("tags", FilterType.Texts) { Key = FieldKeys.Tags, Presence = PresentFields.Tags },
        new("creators", FilterType.Texts) { Key = FieldKeys.Creators, Presence = PresentFields.Creators },
        new("languages", FilterType.Texts) { Key = FieldKeys.Languages, Presence = PresentFields.Languages },
        new("price", FilterType.Number) { Number = NumberSource.Price, Presence = PresentFields.Price },
        new("currency", FilterType.Texts) { Key = FieldKeys.Currency, Presence = PresentFields.Price },
        new("maturity_age", FilterType.Number) { Number = NumberSource.MaturityAge },
        new("duration", FilterType.Duration) { Number = NumberSource.Duration, Presence = PresentFields.Duration },
        new("publish_time", FilterType.Time) { Number = NumberSource.PublishTime, Presence = PresentFields.PublishTime },
        new("age", FilterType.Duration) { Number = NumberSource.Age },
        new("parent_id", FilterType.Id) { Key = FieldKeys.ParentId, Presence = PresentFields.Parent },
        new("ordinal", FilterType.Number) { Number = NumberSource.Ordinal, Presence = PresentFields.Ordinal },
        new("context.country", FilterType.ContextText) { IsContext = true, ContextText = ContextText.Country },
        new("context.locale", FilterType.ContextText) { IsContext = true, ContextText = ContextText.Locale },
        new("context.language", FilterType.ContextText) { IsContext = true, ContextText = ContextText.Language },
        new("account.maturity_ceiling", FilterType.Number) { IsContext = true, Number = NumberSource.MaturityCeiling },
        new("now", FilterType.Time) { IsContext = true, Number = NumberSource.Now },
    ];

    /// <summary>The field's key in <see cref="FieldKeys"/>, where it holds texts or is an attribute.</summary>
    public ulong Key { get; private init; }

    /// <summary>By what the item is known to have it; none: every item of the catalogue has it.</summary>
    public PresentFields Presence { get; private init; }

    /// <summary>Where its number comes from, where it holds one.</summary>
    public NumberSource Number { get; private init; }

    /// <summary>Which text of the request it is.</summary>
    public ContextText ContextText { get; private init; }

    /// <summary>A value of the request, not of the item: it may be on the right-hand side too.</summary>
    public bool IsContext { get; private init; }

    /// <summary>The field of this name, or what is wrong with the name.</summary>
    public static FilterField? Find(string name, out string problem)
    {
        problem = "";
        if (name.StartsWith(AttributePrefix, StringComparison.Ordinal)) return FindAttribute(name, out problem);
        foreach (var field in All)
        {
            if (field.Name == name) return field;
        }

        problem = $"unknown field '{FilterToken.Shown(name)}': {Suggestion(name)}";
        return null;
    }

    /// <summary>How to write what it may be compared with.</summary>
    public string Expected => Type switch
    {
        FilterType.Texts => $"{Name} holds texts: expected a text in quotes, e.g. {Name} = 'abc'",
        FilterType.Kind => $"kind is an item kind: expected one in quotes, e.g. kind = 'film'",
        FilterType.Id => $"{Name} is an id: expected a text in quotes",
        FilterType.Number => $"{Name} is a number: expected a number, e.g. {Name} <= 9",
        FilterType.Duration => $"{Name} is a duration: expected a number with a unit (ms, s, m, h, d, w), e.g. {Name} < 20m",
        FilterType.Time => $"{Name} is a time: expected an RFC 3339 time in quotes, e.g. {Name} >= '2026-01-31T08:00:00Z'",
        FilterType.ContextText => $"{Name} is a text: expected a text in quotes",
        _ => $"{Name} may hold a text, a number or a flag: expected a text in quotes, a number, TRUE or FALSE",
    };

    private static FilterField? FindAttribute(string name, out string problem)
    {
        var attribute = name[AttributePrefix.Length..];
        problem = attribute.Length <= MaxAttributeName ? "" : $"an attribute's name has 1 to {MaxAttributeName} characters, this one has {attribute.Length}";
        return problem.Length > 0 ? null : new(name, FilterType.Attribute) { Key = FieldKeys.Attribute(attribute), Number = NumberSource.Attribute };
    }

    private static string Suggestion(string name)
    {
        if (name.Split('.', 2) is [var group, var rest] && NearMiss.Find(group, ["attributes"]) is not null && rest.Length <= MaxAttributeName)
            return $"did you mean '{AttributePrefix}{rest}'?";
        return NearMiss.Find(name, All.Select(field => field.Name)) is { } near
            ? $"did you mean '{near}'?"
            : $"expected {string.Join(", ", All.Where(field => !field.IsContext).Select(field => field.Name))}, attributes.NAME or a value of the request such as context.country";
    }
}
