using System.Globalization;
using System.Text;

namespace Recsys.Serving.Filters;

/// <summary>Reads a filter's tokens, one at a time.</summary>
internal sealed class FilterLexer(string text)
{
    private const double MaxDurationMs = 10_000 * 365.25 * 86_400_000;

    private int _at;

    /// <summary>The next token.</summary>
    /// <exception cref="FilterSyntaxException">There is none that reads.</exception>
    public FilterToken Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        if (_at == text.Length) return new(FilterTokenKind.End, _at);
        var (start, c) = (_at, text[_at]);
        var next = _at + 1 < text.Length ? text[_at + 1] : '\0';
        if (char.IsAsciiLetter(c) || c == '_') return Word();
        if (c is '\'' or '"') return Quoted(c);
        if (char.IsAsciiDigit(c) || (c == '-' && char.IsAsciiDigit(next))) return Number();
        return (c, next) switch
        {
            ('(', _) => Take(FilterTokenKind.Open, 1),
            (')', _) => Take(FilterTokenKind.Close, 1),
            (',', _) => Take(FilterTokenKind.Comma, 1),
            ('=', '=') => throw Error(start, "'==' is no operator: write '='"),
            ('<', '>') => throw Error(start, "'<>' is no operator: write '!='"),
            ('=', _) => Take(FilterTokenKind.Equal, 1),
            ('!', '=') => Take(FilterTokenKind.NotEqual, 2),
            ('<', '=') => Take(FilterTokenKind.LessOrEqual, 2),
            ('>', '=') => Take(FilterTokenKind.GreaterOrEqual, 2),
            ('<', _) => Take(FilterTokenKind.Less, 1),
            ('>', _) => Take(FilterTokenKind.Greater, 1),
            ('!', _) => throw Error(start, "'!' is no operator: write NOT"),
            ('&', _) => throw Error(start, "'&' is no operator: write AND"),
            ('|', _) => throw Error(start, "'|' is no operator: write OR"),
            ('\u2018' or '\u2019' or '\u201C' or '\u201D' or '`', _) => throw Error(start, $"{c} is no quote here: write ' or \""),
            _ => throw Error(start, $"{Shown(start)} belongs to no filter: expected a field, a value or an operator"),
        };
    }

    /// <summary>The position, in characters from 1, of a place in UTF-16 units from 0.</summary>
    public int PositionOf(int start)
    {
        var position = 1;
        for (var i = 0; i < start; i++)
        {
            if (!char.IsLowSurrogate(text[i]) || i == 0 || !char.IsHighSurrogate(text[i - 1])) position++;
        }

        return position;
    }

    private FilterSyntaxException Error(int start, string problem) => new(PositionOf(start), problem);

    private FilterToken Take(FilterTokenKind kind, int length)
    {
        _at += length;
        return new(kind, _at - length);
    }

    /// <summary>Dots and hyphens belong to words because they belong to names of attributes.</summary>
    private FilterToken Word()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or '.' or '-')) _at++;
        return new(FilterTokenKind.Word, start, text[start.._at]);
    }

    private FilterToken Quoted(char quote)
    {
        var start = _at++;
        var value = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            if (text[_at] == '\\') value.Append(Escaped());
            else value.Append(text[_at++]);
        }

        if (_at == text.Length) throw Error(start, $"the text that begins here has no end: expected another {quote}");
        _at++;
        return new(FilterTokenKind.Text, start, value.ToString());
    }

    private char Escaped()
    {
        var start = _at;
        _at += 2;
        return (start + 1 < text.Length ? text[start + 1] : '\0') switch
        {
            '\\' => '\\',
            '\'' => '\'',
            '"' => '"',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw Error(start, "after a backslash one of \\ ' \" n r t is expected"),
        };
    }

    private FilterToken Number()
    {
        var start = _at++;
        Digits();
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            _at++;
            Digits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            var exponent = _at + 1 < text.Length && text[_at + 1] is '-' or '+' ? _at + 2 : _at + 1;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                _at = exponent;
                Digits();
            }
        }

        var number = double.Parse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw Error(start, "the number is too large");
        var unitStart = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or '.')) _at++;
        if (_at == unitStart) return new(FilterTokenKind.Number, start, text[start.._at], number);
        var ms = number * text[unitStart.._at] switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            var unit => throw Error(unitStart, $"'{FilterToken.Shown(unit)}' is no unit of time: expected ms, s, m, h, d or w, as in 30d"),
        };
        if (Math.Abs(ms) > MaxDurationMs) throw Error(start, "the duration is too long: expected at most 10,000 years");
        return new(FilterTokenKind.Duration, start, text[start.._at], ms);
    }

    private void Digits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
    }

    private string Shown(int start) =>
        Rune.TryGetRuneAt(text, start, out var rune) && !Rune.IsControl(rune) ? $"'{rune}'" : FormattableString.Invariant($"the character U+{(int)text[start]:X4}");
}
