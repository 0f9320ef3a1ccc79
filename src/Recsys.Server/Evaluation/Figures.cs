using System.Globalization;

namespace Recsys.Server.Evaluation;

/// <summary>How figures are written in a report, whatever the machine's language.</summary>
internal static class Figures
{
    /// <summary>A share.</summary>
    public static string Share(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A difference with its sign.</summary>
    public static string Signed(double value) => value.ToString("+0.0000;\u22120.0000;0.0000", CultureInfo.InvariantCulture);

    /// <summary>A count.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
