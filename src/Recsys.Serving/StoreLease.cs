namespace Recsys.Serving;

/// <summary>
/// How long the right to do something alone holds that a process has by a document of the store, and who may take it: the holder itself, or anybody once it's given up or over. Whoever writes the
/// document expects the revision of the write before, so that of two who take it at the same moment one has it.
/// </summary>
internal static class StoreLease
{
    private const long DurationMs = 90_000;

    /// <summary>
    /// Processes' clocks differ by less. A right that ends later than this one's own would, and so much, was taken by a clock that was wrong: to wait for its end could take years.
    /// </summary>
    private const long MostApartMs = 90_000;

    /// <summary>When a right ends that is taken or prolonged now, Unix ms.</summary>
    public static long EndMs(TimeProvider time) => NowMs(time) + DurationMs;

    /// <summary>Whether another process has it.</summary>
    /// <param name="holder">Who took it last; empty: it was given up.</param>
    /// <param name="endMs">When that ends.</param>
    /// <param name="owner">Who asks.</param>
    /// <param name="time">The clock.</param>
    public static bool IsOthers(string holder, long endMs, string owner, TimeProvider time) => holder.Length > 0 && holder != owner && Holds(endMs, time);

    /// <summary>Whether a right isn't over yet.</summary>
    /// <param name="endMs">When it ends.</param>
    /// <param name="time">The clock.</param>
    public static bool Holds(long endMs, TimeProvider time) => endMs > NowMs(time) && endMs <= EndMs(time) + MostApartMs;

    private static long NowMs(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
