namespace Recsys.Training.Windows;

/// <summary>Groups windows of like length, so that hardly anything is padding, into batches of about equal work, in random order.</summary>
internal static class BatchPlan
{
    /// <summary>Lengths are jittered by this share before sorting, so that batches differ from epoch to epoch.</summary>
    private const double Jitter = 0.15;

    /// <summary>One epoch's batches: at most <paramref name="maxWindows"/> windows and about <paramref name="maxTargets"/> targets each.</summary>
    public static List<Window[]> Create(Window[] windows, int maxWindows, int maxTargets, Random random)
    {
        var keys = new double[windows.Length];
        for (var i = 0; i < windows.Length; i++)
            keys[i] = windows[i].Length * (1 + Jitter * random.NextDouble()) + random.NextDouble();
        var sorted = (Window[])windows.Clone();
        Array.Sort(keys, sorted);

        var batches = new List<Window[]>();
        var first = 0;
        var targets = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > first && (i - first >= maxWindows || targets + sorted[i].Targets > maxTargets))
            {
                batches.Add(sorted[first..i]);
                first = i;
                targets = 0;
            }
            targets += sorted[i].Targets;
        }
        if (first < sorted.Length)
            batches.Add(sorted[first..]);
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batches));
        return batches;
    }
}
