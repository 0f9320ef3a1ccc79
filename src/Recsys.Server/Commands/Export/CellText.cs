using System.Globalization;
using Recsys.Storage.Archive;

namespace Recsys.Server.Commands.Export;

/// <summary>Values as text, as the readers of data sets understand them without loss.</summary>
internal static class CellText
{
    /// <summary>The text of a value that isn't missing.</summary>
    public static string Of(ColumnType type, in TableCell cell) => type switch
    {
        ColumnType.Whole => cell.Whole.ToString(CultureInfo.InvariantCulture),
        ColumnType.Real => cell.Real.ToString("R", CultureInfo.InvariantCulture),
        ColumnType.Flag => cell.Flag ? "true" : "false",
        ColumnType.Time => Time(cell.Whole),
        _ => cell.Text!,
    };

    /// <summary>A moment as ISO 8601 in UTC.</summary>
    public static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
