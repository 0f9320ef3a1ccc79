using Recsys.Inference;
using Recsys.Training.Windows;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// Windows laid out by time, without padding: the longest first, then position 0 of every window, position 1 of every window that has one, and so on. So an LSTM's step over all
/// windows that are still going on is a product of neighbouring rows.
/// </summary>
internal sealed class PackedBatch
{
    private PackedBatch(InteractionLog log, Window[] sorted, int targets)
    {
        Windows = sorted.Length;
        Starts = new int[sorted.Length == 0 ? 1 : sorted[0].Length + 1];
        foreach (var window in sorted)
            for (var k = 0; k < window.Length; k++)
                Starts[k + 1]++;
        for (var k = 1; k < Starts.Length; k++)
            Starts[k] += Starts[k - 1];

        (Items, Kinds, Buckets, Gaps, WindowOf) = (new int[Rows], new byte[Rows], new byte[Rows], new byte[Rows], new int[Rows]);
        (Positions, Targets, RequestGaps, TargetWindows, Users) = (new int[targets], new int[targets], new byte[targets], new int[targets], new int[targets]);
        for (var w = 0; w < sorted.Length; w++)
        {
            var window = sorted[w];
            for (var k = 0; k < window.Length; k++)
            {
                var from = window.Start + k;
                var to = Starts[k] + w;
                Items[to] = log.Items[from];
                Kinds[to] = (byte)log.Kinds[from];
                Buckets[to] = (byte)Strength.Bucket(log.Strengths[from]);
                Gaps[to] = log.GapBefore(from, window.Start);
                WindowOf[to] = w;
            }
        }
    }

    /// <summary>A batch to learn from: every input that is followed by a target predicts it.</summary>
    public static PackedBatch ToLearn(InteractionLog log, ReadOnlySpan<Window> windows)
    {
        var sorted = Sorted(windows);
        var batch = new PackedBatch(log, sorted, sorted.Sum(window => window.Targets));
        var t = 0;
        for (var w = 0; w < sorted.Length; w++)
        {
            for (var k = 0; k < sorted[w].Length; k++)
            {
                var next = sorted[w].Start + k + 1;
                if (log.IsTarget(next))
                    batch.SetTarget(t++, w, k, sorted[w].User, log.Items[next], log.GapBefore(next, sorted[w].Start));
            }
        }
        return batch;
    }

    /// <summary>A batch to rank for: each window's last output is wanted.</summary>
    /// <param name="log">The log.</param>
    /// <param name="windows">Windows.</param>
    /// <param name="timeKnown">Whether the request is at the time of the interaction after the window, which must exist then; else nothing is known of its time.</param>
    public static PackedBatch ToRank(InteractionLog log, ReadOnlySpan<Window> windows, bool timeKnown)
    {
        var sorted = Sorted(windows);
        var batch = new PackedBatch(log, sorted, sorted.Length);
        for (var w = 0; w < sorted.Length; w++)
        {
            var gap = timeKnown ? log.GapBefore(sorted[w].Start + sorted[w].Length, sorted[w].Start) : TimeGap.Unknown;
            batch.SetTarget(w, w, sorted[w].Length - 1, sorted[w].User, -1, gap);
        }
        return batch;
    }

    /// <summary>How many windows.</summary>
    public int Windows { get; }

    /// <summary>Positions of all windows.</summary>
    public int Rows => Starts[^1];

    /// <summary>Steps of the longest window.</summary>
    public int Length => Starts.Length - 1;

    /// <summary>Step k of the windows that reach it is in rows <c>Starts[k]</c> up to (not with) <c>Starts[k + 1]</c>.</summary>
    public int[] Starts { get; }

    /// <summary>Dense items, a row each.</summary>
    public int[] Items { get; }

    public byte[] Kinds { get; }

    /// <summary>Strength buckets.</summary>
    public byte[] Buckets { get; }

    /// <summary>Buckets of the time since the interaction before.</summary>
    public byte[] Gaps { get; }

    /// <summary>The window of each row.</summary>
    public int[] WindowOf { get; }

    /// <summary>The row whose output predicts each target.</summary>
    public int[] Positions { get; }

    /// <summary>Dense items to predict; -1 where only the output is wanted.</summary>
    public int[] Targets { get; }

    /// <summary>Buckets of the time until each target.</summary>
    public byte[] RequestGaps { get; }

    /// <summary>The window of each target.</summary>
    public int[] TargetWindows { get; }

    /// <summary>The user of each target.</summary>
    public int[] Users { get; }

    private static Window[] Sorted(ReadOnlySpan<Window> windows)
    {
        var sorted = windows.ToArray();
        Array.Sort(sorted, static (a, b) => a.Length != b.Length ? b.Length.CompareTo(a.Length) : a.Start.CompareTo(b.Start));
        return sorted;
    }

    private void SetTarget(int t, int window, int step, int user, int item, byte gap) =>
        (Positions[t], Targets[t], RequestGaps[t], TargetWindows[t], Users[t]) = (Starts[step] + window, item, gap, window, user);
}
