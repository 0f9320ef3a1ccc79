namespace Recsys.Serving.Live;

/// <summary>When something that failed is tried again: a second later, then after twice as long each time, at most five minutes.</summary>
/// <param name="Since">The <see cref="TimeProvider"/> timestamp of the last try.</param>
/// <param name="Length">How long to wait from then on.</param>
internal readonly record struct RetryPause(long Since, TimeSpan Length)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>After the first failure.</summary>
    public static RetryPause Begin(TimeProvider time) => new(time.GetTimestamp(), First);

    /// <summary>Whether it's time to try again.</summary>
    public bool IsOver(TimeProvider time) => time.GetElapsedTime(Since) >= Length;

    /// <summary>After one more try.</summary>
    public RetryPause Next(TimeProvider time) => new(time.GetTimestamp(), Length * 2 < Longest ? Length * 2 : Longest);
}
