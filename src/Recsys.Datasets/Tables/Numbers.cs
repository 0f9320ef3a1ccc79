using System.Globalization;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>Numbers, flags and lengths of time in text.</summary>
internal static class Numbers
{
    public static bool TryParse(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    public static bool TryParseFlag(string text, out bool flag)
    {
        flag = text.ToLowerInvariant() is "1" or "1.0" or "true" or "yes" or "y" or "t";
        return flag || text.ToLowerInvariant() is "" or "0" or "0.0" or "false" or "no" or "n" or "f";
    }

    /// <summary>The row's whole number in a field; null where it has none, or where it isn't one (then <paramref name="problem"/> says so, if nothing was
    /// wrong before).</summary>
    public static int? ReadWhole(IRow row, TableColumns columns, ColumnField field, ref string? problem)
    {
        var text = row.Text(columns[field]);
        if (text.Length == 0) return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        problem ??= $"'{text}' in column {columns[field]!.Column} is not a whole number";
        return null;
    }

    /// <summary>The row's share in a field, above 0 and at most 1; null where it has none, or where it isn't one (then <paramref name="problem"/> says so, if nothing was
    /// wrong before).</summary>
    public static double? ReadShare(IRow row, TableColumns columns, ColumnField field, ref string? problem)
    {
        var text = row.Text(columns[field]);
        if (text.Length == 0) return null;
        if (TryParse(text, out var number) && number is > 0 and <= 1) return number;
        problem ??= $"'{text}' in column {columns[field]!.Column} is not above 0 and at most 1";
        return null;
    }

    /// <summary>The row's length of time in a field; null where it has none, or where it can't be read (then <paramref name="problem"/> says why, if
    /// nothing was wrong
    /// before).</summary>
    public static TimeSpan? ReadLength(IRow row, TableColumns columns, ColumnField field, ref string? problem)
    {
        if (columns[field] is not { } source)
            return null;
        var text = row.Text(source);
        if (!TryParseLength(text, source, out var length))
            problem ??= $"the {field.ToString().ToLowerInvariant()} '{text}' is not a length of time";
        return length;
    }

    /// <summary>A length of time: a number in the column's unit, "93 min", "1:30:00", or "2 Seasons", which is none. More than 30 days is cut to 30: the
    /// server takes no more, and logs of hours played in all have it.</summary>
    public static bool TryParseLength(string text, ColumnSource source, out TimeSpan? length)
    {
        length = null;
        if (text.Length == 0 || text.EndsWith(" Season", StringComparison.OrdinalIgnoreCase) || text.EndsWith(" Seasons", StringComparison.OrdinalIgnoreCase))
            return true;
        if (text.EndsWith(" min", StringComparison.OrdinalIgnoreCase))
            return TryParse(text[..^4], out var minutes) && TryMultiply(minutes, TimeSpan.FromMinutes(1), out length);
        if (text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span))
            return TryMultiply(1, span, out length);
        return TryParse(text, out var number) && TryMultiply(number, source.Unit ?? UnitOf(source.Column), out length);
    }

    private static bool TryMultiply(double number, TimeSpan unit, out TimeSpan? length)
    {
        var ticks = number * unit.Ticks;
        length = ticks >= 0 ? TimeSpan.FromTicks((long)Math.Min(ticks, FieldRules.MaxPlay.Ticks)) : null;
        return length is not null;
    }

    private static TimeSpan UnitOf(string column)
    {
        var name = column.ToLowerInvariant();
        if (EndsWithAny(name, "ms", "millis", "milliseconds"))
            return TimeSpan.FromMilliseconds(1);
        if (name.Contains("hour", StringComparison.Ordinal))
            return TimeSpan.FromHours(1);
        return EndsWithAny(name, "minute", "minutes", "_min") ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);
    }

    private static bool EndsWithAny(string name, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
