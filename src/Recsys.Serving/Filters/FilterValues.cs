using System.Globalization;
using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters;

/// <summary>Reads right-hand sides, each by the type of the field that it's compared with.</summary>
internal static class FilterValues
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];

    private static readonly string[] Kinds = [.. Enum.GetValues<ItemKind>().Where(kind => kind != ItemKind.Unspecified).Select(kind => kind.ToString().ToLowerInvariant())];

    /// <summary>Reads a value, or says what is wrong with it.</summary>
    public static bool TryRead(FilterField field, in FilterToken token, out FilterValue value, out string problem)
    {
        (value, problem) = (default, "");
        FilterValue? read = token.Kind == FilterTokenKind.Word && FilterField.Find(token.Text, out _) is { IsContext: true } context
            ? OfContext(field, context)
            : field.Type switch
            {
                FilterType.Texts or FilterType.ContextText => Text(token),
                FilterType.Kind => token.Kind == FilterTokenKind.Text ? Kind(token, out problem) : null,
                FilterType.Id => token.Kind == FilterTokenKind.Text ? new(FilterValueType.Text, FieldKeys.OfId(token.Text)) : null,
                FilterType.Number => Number(token, FilterTokenKind.Number),
                FilterType.Duration => Number(token, FilterTokenKind.Duration),
                FilterType.Time => Time(token),
                _ => Text(token) ?? Number(token, FilterTokenKind.Number) ?? Flag(token),
            };
        value = read ?? default;
        if (read is null && problem.Length == 0) problem = $"{field.Expected}, found {token}";
        return read is not null;
    }

    /// <summary>The country code of a token, as <see cref="ListFilter.Country"/>; null: it is none.</summary>
    public static ushort? Country(in FilterToken token) =>
        token is { Kind: FilterTokenKind.Text, Text: [var first, var second] } && char.IsAsciiLetter(first) && char.IsAsciiLetter(second)
            ? ListFilter.CountryCode(token.Text.ToUpperInvariant())
            : null;

    private static FilterValue? OfContext(FilterField field, FilterField context) => (field.Type, context.Type) switch
    {
        (FilterType.Texts or FilterType.Attribute, FilterType.ContextText) => new(FilterValueType.Text, Context: context.ContextText),
        (FilterType.Number or FilterType.Attribute, FilterType.Number) or (FilterType.Time, FilterType.Time) => new(FilterValueType.Number, Number: new(context.Number)),
        _ => null,
    };

    private static FilterValue? Text(in FilterToken token) => token.Kind == FilterTokenKind.Text ? new(FilterValueType.Text, FieldKeys.OfText(token.Text)) : null;

    private static FilterValue? Number(in FilterToken token, FilterTokenKind kind) =>
        token.Kind == kind ? new(FilterValueType.Number, Number: new(NumberSource.Constant, Constant: token.Number)) : null;

    private static FilterValue? Flag(in FilterToken token) =>
        token.Is("TRUE") ? new(FilterValueType.Flag, FieldKeys.True) : token.Is("FALSE") ? new(FilterValueType.Flag, FieldKeys.False) : null;

    private static FilterValue? Kind(in FilterToken token, out string problem)
    {
        problem = "";
        var name = token.Text.Trim().ToLowerInvariant();
        if (Array.IndexOf(Kinds, name) is var index and >= 0) return new(FilterValueType.Kind, Kinds: 1u << (index + 1));
        problem = $"unknown kind '{FilterToken.Shown(token.Text)}': "
            + (NearMiss.Find(name, Kinds) is { } near ? $"did you mean '{near}'?" : $"expected {string.Join(", ", Kinds)}");
        return null;
    }

    /// <summary>A time has an offset from UTC; a mere date is its midnight in UTC.</summary>
    private static FilterValue? Time(in FilterToken token)
    {
        if (token.Kind != FilterTokenKind.Text) return null;
        var text = token.Text.Trim().ToUpperInvariant();
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return (hasOffset || text.Length == 10)
            && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new(FilterValueType.Number, Number: new(NumberSource.Constant, Constant: time.ToUnixTimeMilliseconds()))
            : null;
    }
}
