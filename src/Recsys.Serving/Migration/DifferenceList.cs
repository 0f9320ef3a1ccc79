using System.Collections.Concurrent;

namespace Recsys.Serving.Migration;

/// <summary>What isn't the same: all are counted, the first are kept.</summary>
internal sealed class DifferenceList
{
    private const int MaxKept = 20;

    private readonly ConcurrentQueue<string> _kept = [];
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public IReadOnlyList<string> Kept => [.. _kept.Order(StringComparer.Ordinal)];

    public void Add(string difference)
    {
        if (Interlocked.Increment(ref _count) <= MaxKept) _kept.Enqueue(difference);
    }
}
