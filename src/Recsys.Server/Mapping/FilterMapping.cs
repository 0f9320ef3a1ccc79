using Recsys.Server.Validation;
using Recsys.Serving.Filters;

namespace Recsys.Server.Mapping;

/// <summary>Filters, checked on their way in.</summary>
internal static class FilterMapping
{
    /// <summary>Parses a filter; an empty text is none. What is wrong is reported with the character where it's wrong.</summary>
    public static ItemFilter? Read(string field, string text, FieldViolations violations)
    {
        // Length is the parser's to check: it says from which character on a text is too long.
        if (text.Length == 0 || !violations.Text(field, text, int.MaxValue)) return null;
        try
        {
            return FilterParser.Parse(text);
        }
        catch (FilterSyntaxException exception)
        {
            violations.Add(field, exception.Message);
            return null;
        }
    }
}
