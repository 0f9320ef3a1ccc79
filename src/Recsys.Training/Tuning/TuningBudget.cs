using System.Globalization;
using System.Text.RegularExpressions;

namespace Recsys.Training.Tuning;

/// <summary>Wall time that a tuning may take, over all the commands that go on with it.</summary>
/// <param name="limit">How long; null: however long it takes.</param>
/// <param name="time">Measures it.</param>
internal sealed partial class TuningBudget(TimeSpan? limit, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Seconds that commands before this one took.</summary>
    public double Before { get; set; }

    /// <summary>Seconds used up.</summary>
    public double Used => Before + time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Seconds left; infinite where there is no limit.</summary>
    public double Left => limit is { } most ? most.TotalSeconds - Used : double.PositiveInfinity;

    /// <summary>The limit.</summary>
    public TimeSpan? Limit => limit;

    /// <summary>Reads 90m, 1h30m, 45s, 2d.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        var match = Written().Match(text);
        if (!match.Success || text.Length == 0)
            return false;
        double seconds = 0;
        foreach (var (name, unit) in (ReadOnlySpan<(string, double)>)[("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)])
            if (match.Groups[name].Success)
                seconds += unit * double.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        if (seconds is <= 0 or > 86_400 * 365)
            return false;
        value = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>A length of time for people.</summary>
    public static string Text(double seconds) => seconds switch
    {
        > 0 and < 1 => "less than 1 s",
        < 100 => FormattableString.Invariant($"{Math.Max(0, seconds):F0} s"),
        < 6_000 => FormattableString.Invariant($"{seconds / 60:F0} min"),
        _ => FormattableString.Invariant($"{seconds / 3_600:F1} h"),
    };

    [GeneratedRegex(@"^((?<d>\d+(\.\d+)?)d)?((?<h>\d+(\.\d+)?)h)?((?<m>\d+(\.\d+)?)m)?((?<s>\d+(\.\d+)?)s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
