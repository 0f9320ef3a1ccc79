using System.Runtime.InteropServices;
using Recsys.Inference;
using Recsys.Inference.Ranker;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>
/// Reads the facts of items off a log and what the catalogue says. Rates of single items are drawn to that of all, as if each had some more plays of the usual kind.
/// </summary>
internal static class ItemFactsFit
{
    private const double UsualPlays = 10;
    private const double MsADay = 86_400_000;

    /// <summary>Plays of nine tenths are complete.</summary>
    private const byte Complete = 225;

    /// <summary>Fits.</summary>
    /// <param name="log">The data.</param>
    /// <param name="ends">Where each user's part of it ends that may be looked at.</param>
    public static ItemFacts Of(InteractionLog log, ReadOnlySpan<int> ends)
    {
        var n = log.ItemCount;
        var (first, played, done, lasted) = (new long[n], new double[n], new double[n], new double[n]);
        var parts = new double[n * ItemFacts.WeekParts];
        Array.Fill(first, long.MaxValue);
        for (var user = 0; user < log.UserCount; user++)
        {
            for (var at = log.UserStarts[user]; at < ends[user]; at++)
            {
                var item = log.Items[at];
                first[item] = Math.Min(first[item], log.TimesMs[at]);
                if (!log.IsTarget(at))
                    continue;
                parts[(item * ItemFacts.WeekParts) + ItemFacts.PartOfWeek(log.ChosenMs(at, log.UserStarts[user]))]++;
                if (log.Kinds[at] != InteractionKind.Play || log.Strengths[at] == Strength.Unknown)
                    continue;
                played[item]++;
                done[item] += log.Strengths[at] >= Complete ? 1 : 0;
                lasted[item] += Strength.ToShare(log.Strengths[at]);
            }
        }
        var (offsets, categories) = Categories(log);
        var durations = Durations(log);
        return new ItemFacts(
            Born(log, first), offsets, categories, DataShape.Of(log).TimesTell ? TimesOfWeek(parts, n) : new float[parts.Length], Ratios(played, done),
            PlayedTimes(played, lasted, durations));
    }

    private static float[] Born(InteractionLog log, long[] first)
    {
        var born = new float[log.ItemCount];
        for (var item = 0; item < born.Length; item++)
        {
            // What was written after it was first played says nothing of when it came out.
            var known = log.Facts?[item].BornMs is > 0 and var said ? Math.Min(said, first[item]) : first[item];
            born[item] = known is long.MaxValue or <= 0 ? 0 : (float)(known / MsADay);
        }
        return born;
    }

    private static (int[] Offsets, int[] Categories) Categories(InteractionLog log)
    {
        var numbers = new Dictionary<ulong, int>();
        var (offsets, categories) = (new int[log.ItemCount + 1], new List<int>());
        for (var item = 0; item < log.ItemCount; item++)
        {
            foreach (var key in log.Facts is { } facts ? facts[item].Categories.Span : [])
            {
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, key, out var exists);
                if (!exists)
                    number = numbers.Count - 1;
                if (number <= ItemFacts.MaxCategories)
                    categories.Add(number);
            }
            offsets[item + 1] = categories.Count;
        }
        return (offsets, [.. categories]);
    }

    /// <summary>Seconds; the mean where an item's isn't known, and 1 where none is.</summary>
    private static double[] Durations(InteractionLog log)
    {
        double[] known = log.Facts is { } facts ? [.. facts.Where(one => one.DurationMs > 0).Select(one => one.DurationMs / 1_000.0)] : [];
        var usual = known.Length == 0 ? 1 : known.Average();
        return [.. Enumerable.Range(0, log.ItemCount).Select(item => log.Facts?[item].DurationMs is > 0 and var duration ? duration / 1_000.0 : usual)];
    }

    private static float[] TimesOfWeek(double[] parts, int items)
    {
        const int k = ItemFacts.WeekParts;
        var usual = new double[k];
        for (var i = 0; i < parts.Length; i++)
            usual[i % k] += parts[i];
        var all = usual.Sum();
        var ratios = new float[parts.Length];
        for (var item = 0; item < items; item++)
        {
            var sum = parts.AsSpan(item * k, k).ToArray().Sum();
            for (var part = 0; part < k; part++)
            {
                var share = usual[part] / all;
                if (share > 0)
                    ratios[(item * k) + part] = (float)Math.Log((parts[(item * k) + part] + (UsualPlays * share)) / ((sum + UsualPlays) * share));
            }
        }
        return ratios;
    }

    /// <summary>log of how long each item's plays last to how long plays do: the share that is played is drawn to the usual one, the item's length is known.</summary>
    private static float[] PlayedTimes(double[] plays, double[] shares, double[] durations)
    {
        var (count, seconds) = (plays.Sum(), shares.Select((share, item) => share * durations[item]).Sum());
        if (count == 0 || seconds <= 0)
            return new float[plays.Length];
        var usual = shares.Sum() / count;
        return [.. plays.Select((own, item) => (float)Math.Log((shares[item] + (UsualPlays * usual)) / (own + UsualPlays) * durations[item] / (seconds / count)))];
    }

    /// <summary>log of each item's mean to that of all.</summary>
    private static float[] Ratios(double[] plays, double[] sums)
    {
        var (count, sum) = (plays.Sum(), sums.Sum());
        if (count == 0 || sum <= 0)
            return new float[plays.Length];
        var usual = sum / count;
        return [.. plays.Select((own, item) => (float)Math.Log((sums[item] + (UsualPlays * usual)) / ((own + UsualPlays) * usual)))];
    }
}
