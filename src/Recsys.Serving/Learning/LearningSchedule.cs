namespace Recsys.Serving.Learning;

/// <summary>When a namespace is trained again.</summary>
/// <param name="every">On this schedule; zero: on none.</param>
/// <param name="afterInteractions">After so many new interactions; 0: whatever their number.</param>
internal sealed class LearningSchedule(TimeSpan every, int afterInteractions)
{
    /// <summary>What fewer new interactions would change nobody would see: the schedule waits for more.</summary>
    public const int LeastInteractions = 100;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    /// <summary>Servers' clocks differ by less: a training that began further ahead was noted by a clock that was wrong, and to wait for that moment could take years.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(90);

    /// <summary>Whether there is anything to do at all.</summary>
    public bool IsOn => every > TimeSpan.Zero || afterInteractions > 0;

    /// <summary>Reads the settings.</summary>
    public static LearningSchedule Of(EngineOptions options) => new(PeriodOf(options.LearnEvery), options.LearnAfterInteractions);

    /// <summary>Whether a training is due.</summary>
    public bool IsDue(NamespaceLearning learning, DateTimeOffset now)
    {
        if (now < PauseEnd(learning, now)) return false;
        if (afterInteractions > 0 && learning.NewCount >= afterInteractions) return true;
        return learning.NewCount >= LeastInteractions && NextTime(learning, now) is { } next && now >= next;
    }

    /// <summary>When the schedule comes round again, or a pause after a failure ends; null: only new interactions bring the next training.</summary>
    public DateTimeOffset? NextTime(NamespaceLearning learning, DateTimeOffset now)
    {
        var pause = PauseEnd(learning, now);
        if (every <= TimeSpan.Zero) return pause > DateTimeOffset.UnixEpoch ? pause : null;
        var last = DateTimeOffset.FromUnixTimeMilliseconds(learning.LastStartMs);
        var scheduled = last > now + MostAhead ? now : last + every;
        return scheduled > pause ? scheduled : pause;
    }

    /// <summary>When a pause after a failure ends; the epoch: there is none, or it would be longer than any is.</summary>
    private static DateTimeOffset PauseEnd(NamespaceLearning learning, DateTimeOffset now)
    {
        var end = DateTimeOffset.FromUnixTimeMilliseconds(learning.NotBeforeMs);
        return end > now + LongestPause + MostAhead ? DateTimeOffset.UnixEpoch : end;
    }

    /// <summary>How long to wait after so many failures in a row: a minute, then twice as long each time, at most six hours.</summary>
    public static TimeSpan PauseAfter(int failures)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>A period such as 90s, 30m, 6h or 1d; empty: zero. The settings' validator has checked it.</summary>
    internal static TimeSpan PeriodOf(string text)
    {
        if (text.Length == 0) return TimeSpan.Zero;
        var number = int.Parse(text.AsSpan(0, text.Length - 1), System.Globalization.CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => throw new FormatException($"'{text}' is no period; expected e.g. 6h."),
        };
    }
}
