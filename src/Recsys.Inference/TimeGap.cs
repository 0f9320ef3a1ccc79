using System.Numerics;

namespace Recsys.Inference;

/// <summary>
/// The time between two interactions, or between the newest one and the moment of a request, as the networks see it: in buckets that double. Whether a user goes on after
/// seconds or comes back after days tells more of what is wanted next than its exact length does.
/// </summary>
public static class TimeGap
{
    /// <summary>Nothing is known: there is nothing before, or no time.</summary>
    public const byte Unknown = 0;

    /// <summary>Buckets: 0 unknown, 1 below a second, then 1 to 2 seconds, 2 to 4, ... and the last one from 2^27 seconds (four years) on.</summary>
    public const int BucketCount = 30;

    private const long MsOfSecond = 1000;

    /// <summary>The bucket of a gap; a negative one (clocks differ) counts as none at all.</summary>
    /// <param name="milliseconds">Later minus earlier.</param>
    public static byte Bucket(long milliseconds) =>
        milliseconds < MsOfSecond ? (byte)1 : (byte)Math.Min(BucketCount - 1, 2 + BitOperations.Log2((ulong)(milliseconds / MsOfSecond)));
}
