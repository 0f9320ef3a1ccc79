using Recsys.Inference;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Oracle;

/// <summary>Windows as the network reads them: rows padded at their end to the longest, and the places that are to predict something.</summary>
internal sealed record PaddedBatch
{
    /// <summary>Windows, B.</summary>
    public required int Rows { get; init; }

    /// <summary>Longest window, L.</summary>
    public required int Length { get; init; }

    /// <summary>Dense items, [B * L]; padding is item 0: nothing after it is ever read.</summary>
    public required long[] Items { get; init; }

    public required long[] Kinds { get; init; }

    /// <summary>Strength buckets.</summary>
    public required long[] Buckets { get; init; }

    /// <summary>Buckets of the time since the interaction before, [B * L]; unknown at a window's start.</summary>
    public required long[] Gaps { get; init; }

    /// <summary>Places in [B * L] whose output is wanted, [T].</summary>
    public required long[] Positions { get; init; }

    /// <summary>The dense item that each of them is to predict, [T]; empty where only outputs are wanted.</summary>
    public required int[] Targets { get; init; }

    /// <summary>Buckets of the time from the newest input to what is to be predicted, or to the request, [T].</summary>
    public required long[] RequestGaps { get; init; }

    /// <summary>Whose each of them is, [T].</summary>
    public required int[] Users { get; init; }

    /// <summary>A batch to learn from: every input that is followed by a target predicts it.</summary>
    public static PaddedBatch ToLearn(InteractionLog log, ReadOnlySpan<Window> windows)
    {
        var batch = Inputs(log, windows, TargetCount(windows));
        var t = 0;
        for (var row = 0; row < windows.Length; row++)
        {
            var window = windows[row];
            for (var k = 0; k < window.Length; k++)
            {
                var next = window.Start + k + 1;
                if (!log.IsTarget(next))
                    continue;
                batch.Positions[t] = (long)row * batch.Length + k;
                batch.Targets[t] = log.Items[next];
                batch.RequestGaps[t] = log.GapBefore(next, window.Start);
                batch.Users[t++] = window.User;
            }
        }
        return batch;
    }

    /// <summary>A batch to rank for: only each window's last output is wanted.</summary>
    /// <param name="log">The log.</param>
    /// <param name="windows">Windows.</param>
    /// <param name="timeKnown">Whether the request is at the time of the interaction after the window, which must exist then; else nothing is known of its time.</param>
    public static PaddedBatch ToRank(InteractionLog log, ReadOnlySpan<Window> windows, bool timeKnown = false)
    {
        var batch = Inputs(log, windows, windows.Length);
        for (var row = 0; row < windows.Length; row++)
        {
            batch.Positions[row] = (long)row * batch.Length + windows[row].Length - 1;
            batch.Users[row] = windows[row].User;
            if (timeKnown)
                batch.RequestGaps[row] = log.GapBefore(windows[row].Start + windows[row].Length, windows[row].Start);
        }
        return batch;
    }

    private static int TargetCount(ReadOnlySpan<Window> windows)
    {
        var count = 0;
        foreach (var window in windows)
            count += window.Targets;
        return count;
    }

    private static PaddedBatch Inputs(InteractionLog log, ReadOnlySpan<Window> windows, int outputs)
    {
        var length = 0;
        foreach (var window in windows)
            length = Math.Max(length, window.Length);
        var batch = new PaddedBatch
        {
            Rows = windows.Length,
            Length = length,
            Items = new long[windows.Length * length],
            Kinds = new long[windows.Length * length],
            Buckets = new long[windows.Length * length],
            Gaps = new long[windows.Length * length],
            Positions = new long[outputs],
            RequestGaps = new long[outputs],
            Targets = new int[outputs],
            Users = new int[outputs],
        };
        for (var row = 0; row < windows.Length; row++)
        {
            for (var k = 0; k < windows[row].Length; k++)
            {
                var from = windows[row].Start + k;
                var to = row * length + k;
                batch.Items[to] = log.Items[from];
                batch.Kinds[to] = (long)log.Kinds[from];
                batch.Buckets[to] = Strength.Bucket(log.Strengths[from]);
                batch.Gaps[to] = log.GapBefore(from, windows[row].Start);
            }
        }
        return batch;
    }
}
