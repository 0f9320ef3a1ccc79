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

    /// <summary>Below this spread (<see cref="Spread"/>) times are made up, or as coarse as the whole data.</summary>
    public const double LeastSpread = 0.05;

    /// <summary>The bucket of a gap; a negative one (clocks differ) counts as none at all.</summary>
    /// <param name="milliseconds">Later minus earlier.</param>
    public static byte Bucket(long milliseconds) =>
        milliseconds < MsOfSecond ? (byte)1 : (byte)Math.Min(BucketCount - 1, 2 + BitOperations.Log2((ulong)(milliseconds / MsOfSecond)));

    /// <summary>Share of the known gaps that aren't in the commonest bucket, 0 to 1; 0 where none is known.</summary>
    /// <param name="counts">(<see cref="BucketCount"/>) how many gaps each bucket has.</param>
    public static double Spread(ReadOnlySpan<long> counts)
    {
        long known = 0, most = 0;
        foreach (var count in counts[(Unknown + 1)..]) (known, most) = (known + count, Math.Max(most, count));
        return known == 0 ? 0 : 1 - ((double)most / known);
    }
}
