namespace Recsys.Serving;

/// <summary>
/// How long the right to do something alone holds that a process has by a document of the store, and who may take it: the holder itself, or anybody once it's given up or over. Whoever writes the
/// document expects the revision of the write before, so that of two who take it at the same moment one has it.
/// </summary>
internal static class StoreLease
{
    private const long DurationMs = 90_000;

    /// <summary>When a right ends that is taken or prolonged now, Unix ms.</summary>
    public static long EndMs(TimeProvider time) => NowMs(time) + DurationMs;

    /// <summary>Whether another process has it.</summary>
    /// <param name="holder">Who took it last; empty: it was given up.</param>
    /// <param name="endMs">When that ends.</param>
    /// <param name="owner">Who asks.</param>
    /// <param name="time">The clock.</param>
    public static bool IsOthers(string holder, long endMs, string owner, TimeProvider time) => holder.Length > 0 && holder != owner && endMs > NowMs(time);

    private static long NowMs(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
