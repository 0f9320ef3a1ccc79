using System.Text;

namespace Recsys.Datasets.Reading;

/// <summary>A record of delimited text (RFC 4180).</summary>
/// <param name="Number">Its first line's number.</param>
/// <param name="Text">As written.</param>
/// <param name="Columns">Unquoted.</param>
internal readonly record struct CsvRecord(long Number, string Text, string[] Columns)
{
    /// <summary>
    /// Splits a record; null if a quote isn't closed. A quote that doesn't open a column is an ordinary character. Text after a closing quote belongs to
    /// the column,
    /// as most writers mean it.
    /// </summary>
    public static string[]? Split(string text, char delimiter)
    {
        if (!text.Contains('"'))
            return text.Split(delimiter);
        var columns = new List<string>();
        var column = new StringBuilder();
        var i = 0;
        while (true)
        {
            column.Clear();
            if (i < text.Length && text[i] == '"' && !TakeQuoted(text, ref i, column))
                return null;
            var end = text.IndexOf(delimiter, i);
            column.Append(text, i, (end < 0 ? text.Length : end) - i);
            columns.Add(column.ToString());
            if (end < 0)
                return [.. columns];
            i = end + 1;
        }
    }

    /// <summary>Whether a line that starts within a quoted column also ends within one.</summary>
    public static bool EndsInQuotes(string line, char delimiter)
    {
        var skipped = new StringBuilder();
        var i = -1;
        while (TakeQuoted(line, ref i, skipped))
        {
            do
            {
                var end = line.IndexOf(delimiter, i);
                if (end < 0)
                    return false;
                i = end + 1;
            }
            while (i >= line.Length || line[i] != '"');
        }

        return true;
    }

    // From the opening quote to behind the closing one; "" within is one quote.
    private static bool TakeQuoted(string text, ref int i, StringBuilder column)
    {
        i++;
        while (true)
        {
            var quote = text.IndexOf('"', i);
            if (quote < 0)
                return false;
            column.Append(text, i, quote - i);
            i = quote + 1;
            if (i >= text.Length || text[i] != '"')
                return true;
            column.Append('"');
            i++;
        }
    }
}
