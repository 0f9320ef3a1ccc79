using Recsys.Serving.Filters.Nodes;

namespace Recsys.Serving.Filters;

/// <summary>
/// Parses filters (docs/filters.md) by recursive descent: <c>or = and {OR and}; and = not {AND not}; not = NOT not | "(" or ")" | term</c>. Whatever the text, it's done or refused
/// in time and memory bounded by the limits below.
/// </summary>
public sealed class FilterParser
{
    /// <summary>A filter's text is at most so many bytes of UTF-8.</summary>
    public const int MaxBytes = 16_384;

    /// <summary>Parentheses and NOTs within each other.</summary>
    public const int MaxDepth = 100;

    /// <summary>Values to compare with, HAS and available_in, all together.</summary>
    public const int MaxTerms = 1_000;

    private readonly FilterLexer _lexer;
    private FilterToken _token;
    private int _depth;
    private int _terms;

    private FilterParser(string text)
    {
        _lexer = new(text);
        _token = _lexer.Next();
    }

    /// <summary>Parses a filter.</summary>
    /// <param name="text">Its text.</param>
    /// <exception cref="FilterSyntaxException">It is none, or beyond a limit.</exception>
    public static ItemFilter Parse(string text)
    {
        CheckLength(text);
        var parser = new FilterParser(text);
        var root = parser.Or();
        if (parser._token.Kind == FilterTokenKind.Close) throw parser.Error("there is no '(' for this ')'");
        return parser._token.Kind == FilterTokenKind.End ? new(text, root, parser._terms) : throw parser.Error($"expected AND, OR or the end, found {parser._token}");
    }

    private static void CheckLength(string text)
    {
        // No UTF-16 unit takes more than three bytes of UTF-8. What is beyond the limit is never looked at.
        if (text.Length <= MaxBytes / 3) return;
        var (bytes, position) = (0, 0);
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, MaxBytes + 1)).EnumerateRunes())
        {
            position++;
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes) throw new FilterSyntaxException(position, FormattableString.Invariant($"the filter is too long: expected at most {MaxBytes} bytes of UTF-8"));
        }
    }

    private FilterNode Or()
    {
        var parts = new List<FilterNode> { And() };
        while (TakeKeyword("OR")) parts.Add(And());
        return AnyNode.Of(parts);
    }

    private FilterNode And()
    {
        var parts = new List<FilterNode> { Not() };
        while (TakeKeyword("AND")) parts.Add(Not());
        return parts.Count == 1 ? parts[0] : new AllNode(parts);
    }

    private FilterNode Not()
    {
        var isNot = _token.Is("NOT");
        if (!isNot && _token.Kind != FilterTokenKind.Open) return Term();
        if (++_depth > MaxDepth) throw Error(FormattableString.Invariant($"the filter is nested too deeply: expected at most {MaxDepth} parentheses and NOTs within each other"));
        var open = Take();
        var node = isNot ? new NotNode(Not()) : Or();
        if (!isNot) Close(open, "AND, OR or ");
        _depth--;
        return node;
    }

    private FilterNode Term()
    {
        if (_token.Kind != FilterTokenKind.Word || IsReserved(_token)) throw Error($"expected a field, HAS, available_in, NOT or '(', found {_token}");
        if (_token.Is("HAS")) return Has();
        if (_token.Is("available_in")) return Available();
        var field = Field();
        return _token.Kind switch
        {
            >= FilterTokenKind.Equal and <= FilterTokenKind.GreaterOrEqual => Comparison(field),
            _ when _token.Is("IN") || _token.Is("NOT") => Membership(field),
            _ => throw Error($"expected =, !=, <, <=, >, >=, IN or NOT IN after '{FilterToken.Shown(field.Name)}', found {_token}"),
        };
    }

    private FilterNode Has()
    {
        var open = OpenAfter(Take());
        var field = _token.Kind == FilterTokenKind.Word ? Field() : throw Error($"expected a field, found {_token}");
        Close(open);
        Count(open);
        return FieldNodes.Has(field);
    }

    private FilterNode Available()
    {
        var open = OpenAfter(Take());
        ushort? country = null;
        if (_token is { Kind: FilterTokenKind.Word, Text: "context.country" })
        {
            Take();
        }
        else
        {
            country = FilterValues.Country(_token) ?? throw Error($"expected an ISO 3166-1 alpha-2 code in quotes, e.g. 'BR', or context.country, found {_token}");
            Take();
        }

        Close(open);
        Count(open);
        return new AvailableNode(country);
    }

    private FilterNode Comparison(FilterField field)
    {
        var comparison = Take();
        if (comparison.Kind > FilterTokenKind.NotEqual && field.Type is FilterType.Texts or FilterType.Kind or FilterType.Id or FilterType.ContextText)
            throw Error(comparison, $"{comparison} compares numbers and times only: expected =, !=, IN or NOT IN after '{field.Name}'");
        var (start, value) = (_token, Value(field));
        if (comparison.Kind > FilterTokenKind.NotEqual && !value.IsNumber)
            throw Error(start, $"{comparison} compares numbers and times only: expected a number, found {start}");
        return FieldNodes.Compare(field, comparison.Kind, value);
    }

    private FilterNode Membership(FilterField field)
    {
        var isNot = TakeKeyword("NOT");
        if (!_token.Is("IN")) throw Error($"expected IN after NOT, found {_token}");
        var open = OpenAfter(Take());
        var values = new List<FilterValue>();
        do
        {
            var (start, value) = (_token, Value(field));
            if (values.Count > 0 && values[0].Type != value.Type) throw Error(start, $"the values of one IN must be of one type: expected another like the first, found {start}");
            values.Add(value);
        }
        while (TakeIf(FilterTokenKind.Comma));

        Close(open, "',' or ");
        return FieldNodes.In(field, values, isNot);
    }

    private FilterValue Value(FilterField field)
    {
        var token = _token;
        Count(token);
        Take();
        if (FilterValues.TryRead(field, token, out var value, out var problem)) return value;
        throw Error(token, problem);
    }

    private FilterField Field()
    {
        var token = Take();
        if (token.Text == FilterField.AttributePrefix) throw Error($"expected an attribute's name after '{token.Text}', found {_token}");
        return FilterField.Find(token.Text, out var problem) ?? throw Error(token, problem);
    }

    private void Count(in FilterToken token)
    {
        if (++_terms > MaxTerms) throw Error(token, FormattableString.Invariant($"the filter has too many parts: expected at most {MaxTerms} values, HAS and available_in"));
    }

    private FilterToken OpenAfter(in FilterToken word)
    {
        if (_token.Kind != FilterTokenKind.Open) throw Error($"expected '(' after {word.Text}, found {_token}");
        return Take();
    }

    private void Close(in FilterToken open, string or = "")
    {
        if (TakeIf(FilterTokenKind.Close)) return;
        throw Error(FormattableString.Invariant($"expected {or}')' for the '(' at character {_lexer.PositionOf(open.Start)}, found {_token}"));
    }

    private static bool IsReserved(in FilterToken word) =>
        word.Is("AND") || word.Is("OR") || word.Is("IN") || word.Is("TRUE") || word.Is("FALSE");

    private bool TakeKeyword(string keyword)
    {
        if (!_token.Is(keyword)) return false;
        Take();
        return true;
    }

    private bool TakeIf(FilterTokenKind kind)
    {
        if (_token.Kind != kind) return false;
        Take();
        return true;
    }

    private FilterToken Take()
    {
        var taken = _token;
        _token = _lexer.Next();
        return taken;
    }

    private FilterSyntaxException Error(string problem) => Error(_token, problem);

    private FilterSyntaxException Error(in FilterToken at, string problem) => new(_lexer.PositionOf(at.Start), problem);
}
