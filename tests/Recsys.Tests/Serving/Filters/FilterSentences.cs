using System.Globalization;
using CsCheck;
using Recsys.Serving.Catalogue;

namespace Recsys.Tests.Serving.Filters;

/// <summary>Random filters with their meanings, and random cases to ask them of. Values come from small pools, so that they often meet.</summary>
internal static class FilterSentences
{
    private static readonly string[] Words = ["a", "B", " a ", "ä", "Ä", "b c", "it's"];
    private static readonly string[] Comparisons = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly decimal[] Numbers = [-1, 0, 0.1m, 1, 2.5m, 16, 18];
    private static readonly string[] Countries = ["DE", "BR"];

    private static readonly Gen<string> Word = OneOf(Words);
    private static readonly Gen<decimal> Number = OneOf(Numbers);

    /// <summary>Random cases.</summary>
    public static Gen<FilterCase> Case { get; } = Gen.Select(
        Gen.Frequency((9, Item().Select(item => (CatalogueItem?)item)), (1, Gen.Const((CatalogueItem?)null))), OneOf("", "DE", "BR"), OneOf("", "a", "ä-DE", "B"), OneOf<int?>(null, 0, 16, 18),
        (item, country, locale, ceiling) => new FilterCase(item, country, locale, ceiling));

    /// <summary>Random filters.</summary>
    public static Gen<FilterSentence> Sentence { get; } = Gen.Recursive<FilterSentence>((depth, inner) => depth > 3 ? Term() : Gen.Frequency((4, Term()), (3, Join(inner)), (2, Not(inner))));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<CatalogueItem> Item()
    {
        var texts = Word.Array[0, 3];
        var attribute = Gen.OneOf(
            Word.Select(text => new ItemAttribute { Text = text }),
            Number.Select(number => new ItemAttribute { Number = (double)number }),
            Gen.Bool.Select(flag => new ItemAttribute { Flag = flag }),
            texts.Select(list => new ItemAttribute { Texts = list }));
        var window = Gen.Select(OneOf(Countries).Array[0, 2], OneOf<long?>(null, -1, 0, 1), OneOf<long?>(null, -1, 0, 1), (countries, start, end) =>
            new AvailabilityWindow(countries, start + FilterRig.NowMs, end + FilterRig.NowMs));
        return Gen.Select(
            Gen.Select(texts, texts, texts, texts),
            Gen.Select(Gen.Enum<ItemKind>(), OneOf(0, 16, 18), OneOf(0, 1, 18), OneOf("", "x", "X")),
            Gen.Select(OneOf("", "a", "B"), OneOf(0L, 100_000, 1_000_000, 2_500_000), OneOf(0L, 90_000, 3_600_000)),
            Gen.Select(OneOf<long?>(null, FilterRig.NowMs, FilterRig.NowMs - 90_000, FilterRig.NowMs + 3_600_000), OneOf(0L, FilterRig.NowMs - 90_000)),
            Gen.Dictionary(OneOf("p", "q.r-s"), attribute)[0, 2],
            window.Array[0, 2],
            (lists, head, money, times, attributes, windows) => new CatalogueItem
            {
                ItemId = "item",
                Genres = lists.Item1,
                Tags = lists.Item2,
                Creators = lists.Item3,
                Languages = lists.Item4,
                Kind = head.Item1,
                MaturityAge = head.Item2,
                Ordinal = head.Item3,
                ParentId = head.Item4,
                PriceCurrency = money.Item1,
                PriceMicros = money.Item2,
                DurationMs = money.Item3,
                PublishTimeMs = times.Item1,
                CreateTimeMs = times.Item2,
                Attributes = attributes,
                Availability = windows,
            });
    }

    private static Gen<FilterSentence> Join(Gen<FilterSentence> inner) => Gen.Select(inner.Array[2, 4], Gen.Bool, OneOf("or", "OR", "Or"), (parts, isOr, or) => isOr
        ? new FilterSentence(string.Join($" {or} ", parts.Select(part => part.Within(1))), c => parts.Any(part => part.Means(c)), 0)
        : new FilterSentence(string.Join("\n AND ", parts.Select(part => part.Within(2))), c => parts.All(part => part.Means(c)), 1));

    private static Gen<FilterSentence> Not(Gen<FilterSentence> inner) => inner.Select(part => new FilterSentence($"NOT {part.Within(2)}", c => !part.Means(c)));

    private static Gen<FilterSentence> Term() => Gen.OneOf(
        Texts("genres", item => item.Genres),
        Texts("tags", item => item.Tags),
        Texts("creators", item => item.Creators),
        Texts("languages", item => item.Languages),
        Texts("currency", item => item.PriceCurrency.Length > 0 ? [item.PriceCurrency] : []),
        Texts("attributes.p", item => TextsOf(item, "p")),
        Texts("attributes.q.r-s", item => TextsOf(item, "q.r-s")),
        Numeric("price", c => c.Item is { PriceCurrency.Length: > 0 } item ? item.PriceMicros / 1_000_000m : null),
        Numeric("maturity_age", c => c.Item?.MaturityAge),
        Numeric("ordinal", c => c.Item is { Ordinal: > 0 } item ? item.Ordinal : null),
        Numeric("attributes.p", c => (decimal?)c.Item?.Attributes.GetValueOrDefault("p")?.Number),
        Numeric("account.maturity_ceiling", c => c.Ceiling),
        Spans("duration", c => c.Item is { DurationMs: > 0 } item ? item.DurationMs : null),
        Spans("age", Age),
        Gen.Select(OneOf(Comparisons), OneOf(-90_000, 0, 3_600_000), (op, offset) => Compare(
            "publish_time", op, $"'{DateTimeOffset.FromUnixTimeMilliseconds(FilterRig.NowMs + offset):yyyy-MM-dd'T'HH:mm:ss'Z'}'", c => c.Item?.PublishTimeMs, _ => FilterRig.NowMs + offset)),
        OneOf(Comparisons).Select(op => Compare("publish_time", op, "now", c => c.Item?.PublishTimeMs, _ => FilterRig.NowMs)),
        Gen.Select(OneOf("x", "X", "y"), Gen.Bool, (id, equal) => new FilterSentence(
            $"parent_id {(equal ? "=" : "!=")} '{id}'", c => c.Item is { ParentId.Length: > 0 } item && item.ParentId == id == equal)),
        Gen.Select(Gen.Enum<ItemKind>().Where(kind => kind != ItemKind.Unspecified).Array[1, 3], Gen.Bool, (kinds, isNot) => new FilterSentence(
            $"kind {(isNot ? "NOT " : "")}IN ({string.Join(", ", kinds.Select(kind => $"'{kind}'"))})",
            c => c.Item is { } item && kinds.Contains(item.Kind == ItemKind.Unspecified ? ItemKind.Other : item.Kind) != isNot)),
        Gen.Select(OneOf("p", "q.r-s"), Gen.Bool, Gen.Bool, (name, flag, equal) => new FilterSentence(
            $"attributes.{name} {(equal ? "=" : "!=")} {flag}", c => c.Item?.Attributes.GetValueOrDefault(name)?.Flag is { } own && own == flag == equal)),
        OneOf("DE", "BR", "context.country").Select(country => new FilterSentence(
            country.Length == 2 ? $"available_in('{country}')" : $"available_in({country})", c => Available(c, country.Length == 2 ? country : c.Country))),
        Gen.Select(OneOf(Countries), Gen.Bool, (country, equal) => new FilterSentence(
            $"context.country {(equal ? "=" : "!=")} '{country}'", c => c.Country.Length > 0 && c.Country == country == equal)),
        Presence());

    private static Gen<FilterSentence> Presence() => OneOf(
        new FilterSentence("HAS(genres)", c => c.Item?.Genres.Count > 0),
        new FilterSentence("has(price)", c => c.Item?.PriceCurrency.Length > 0),
        new FilterSentence("HAS(kind)", c => c.Item is not null),
        new FilterSentence("HAS(age)", c => Age(c) is not null),
        new FilterSentence("HAS(publish_time)", c => c.Item?.PublishTimeMs is not null),
        new FilterSentence("HAS(attributes.p)", c => c.Item?.Attributes.GetValueOrDefault("p") is { } attribute && !(attribute.Texts?.Count == 0)),
        new FilterSentence("HAS(context.language)", c => c.Locale.Length > 0),
        new FilterSentence("HAS(account.maturity_ceiling)", c => c.Ceiling is not null));

    /// <summary>Comparisons of texts with one to four values, sometimes one of the request among them, and sometimes so many that they are looked up otherwise.</summary>
    private static Gen<FilterSentence> Texts(string field, Func<CatalogueItem, IReadOnlyList<string>> of)
    {
        var value = Gen.Frequency(
            (8, Word.Select(word => (Text: Quoted(word), Of: (Func<FilterCase, string>)(_ => word)))),
            (1, Gen.Const((Text: "context.locale", Of: (Func<FilterCase, string>)(c => c.Locale)))),
            (1, Gen.Const((Text: "context.language", Of: (Func<FilterCase, string>)(c => c.Locale.Split('-')[0])))));
        return Gen.Select(Gen.Frequency((4, value.Array[1]), (4, value.Array[2, 4]), (1, value.Array[13, 20])), Gen.Bool, (values, isNot) =>
        {
            var text = values.Length == 1
                ? $"{field} {(isNot ? "!=" : "=")} {values[0].Text}"
                : $"{field} {(isNot ? "NOT " : "")}IN ({string.Join(",", values.Select(v => v.Text))})";
            return new FilterSentence(text, c =>
            {
                var own = c.Item is null ? [] : of(c.Item);
                var wanted = values.Select(v => v.Of(c)).ToList();
                var meets = wanted.Any(word => word.Length > 0 && own.Any(text => text.Trim().Equals(word.Trim(), StringComparison.OrdinalIgnoreCase)));
                return isNot ? own.Count > 0 && wanted.All(word => word.Length > 0) && !meets : meets;
            });
        });
    }

    private static Gen<FilterSentence> Numeric(string field, Func<FilterCase, decimal?> of) => Gen.Frequency(
        (4, Gen.Select(OneOf(Comparisons), Number, (op, number) => Compare(field, op, number.ToString(CultureInfo.InvariantCulture), of, _ => number))),
        (1, OneOf(Comparisons).Select(op => Compare(field, op, "account.maturity_ceiling", of, c => c.Ceiling))),
        (1, Gen.Select(Number.Array[1, 5], Gen.Bool, (numbers, isNot) => new FilterSentence(
            $"{field} {(isNot ? "not " : "")}in ({string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))})",
            c => of(c) is { } own && numbers.Contains(own) != isNot))));

    /// <summary>None of an item that comes out later.</summary>
    private static decimal? Age(FilterCase c) => FilterRig.NowMs - (c.Item?.PublishTimeMs ?? c.Item?.CreateTimeMs) is >= 0 and var age ? age : null;

    private static Gen<FilterSentence> Spans(string field, Func<FilterCase, decimal?> of) =>
        Gen.Select(OneOf(Comparisons), OneOf((Text: "90s", Ms: 90_000), (Text: "1.5m", Ms: 90_000), (Text: "1h", Ms: 3_600_000), (Text: "-1h", Ms: -3_600_000), (Text: "0d", Ms: 0)), (op, span) =>
            Compare(field, op, span.Text, of, _ => span.Ms));

    private static FilterSentence Compare(string field, string op, string text, Func<FilterCase, decimal?> left, Func<FilterCase, decimal?> right) => new($"{field}{op}{text}", c =>
    {
        // Comparisons of nullable numbers are false where one is missing, but for "!=".
        var (a, b) = (left(c), right(c));
        return op switch
        {
            "=" => a is not null && a == b,
            "!=" => a is not null && b is not null && a != b,
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            _ => a >= b,
        };
    });

    private static IReadOnlyList<string> TextsOf(CatalogueItem item, string name) =>
        item.Attributes.GetValueOrDefault(name) is { } attribute ? attribute.Text is { } text ? [text] : attribute.Texts ?? [] : [];

    private static bool Available(FilterCase c, string country) => c.Item is { } item && (item.Availability.Count == 0 || item.Availability.Any(window =>
        (window.Countries.Count == 0 || window.Countries.Contains(country))
        && !(window.StartMs > FilterRig.NowMs) && !(window.EndMs <= FilterRig.NowMs)));

    private static string Quoted(string word) => word.Contains('\'') ? $"\"{word}\"" : $"'{word}'";
}
