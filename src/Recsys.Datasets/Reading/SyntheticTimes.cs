using System.Runtime.InteropServices;

namespace Recsys.Datasets.Reading;

/// <summary>Times for data sets without: each user's events a minute apart from 2020-01-01T00:00:00Z on. Holds a number for each user.</summary>
internal sealed class SyntheticTimes
{
    public const long EpochMs = 1_577_836_800_000;
    public const long StepMs = 60_000;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public static long At(long index) => EpochMs + index * StepMs;

    public long Next(string userId) => At(CollectionsMarshal.GetValueRefOrAddDefault(_counts, userId, out _)++);
}
