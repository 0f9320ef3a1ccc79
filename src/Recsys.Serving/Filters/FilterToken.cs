namespace Recsys.Serving.Filters;

/// <summary>A token of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it starts, in UTF-16 units from 0.</param>
/// <param name="Text">The word, or the text without quotes and escapes; of a number its digits, to show.</param>
/// <param name="Number">The number, or the duration in ms.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, int Start, string Text = "", double Number = 0)
{
    private const int MaxShown = 40;

    /// <summary>Whether it's this keyword, in any case.</summary>
    public bool Is(string keyword) => Kind == FilterTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>For errors.</summary>
    public override string ToString() => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.Text => $"the text '{Shown(Text)}'",
        FilterTokenKind.Number or FilterTokenKind.Duration or FilterTokenKind.Word => $"'{Shown(Text)}'",
        FilterTokenKind.Open => "'('",
        FilterTokenKind.Close => "')'",
        FilterTokenKind.Comma => "','",
        FilterTokenKind.Equal => "'='",
        FilterTokenKind.NotEqual => "'!='",
        FilterTokenKind.Less => "'<'",
        FilterTokenKind.LessOrEqual => "'<='",
        FilterTokenKind.Greater => "'>'",
        _ => "'>='",
    };

    /// <summary>As much of a text as an error shows.</summary>
    public static string Shown(string text) =>
        text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown - (char.IsHighSurrogate(text[MaxShown - 1]) ? 1 : 0)), "...");
}
