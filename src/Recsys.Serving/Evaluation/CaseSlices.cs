using Recsys.Serving.Models;

namespace Recsys.Serving.Evaluation;

/// <summary>
/// Cuts the cases of an evaluation into parts that a mean hides: by the length of the history into quarters, shortest first (a length is never in two of them, so
/// that they may be fewer and of different sizes); and by the popularity of the target into the head (the fewest items that make half of the training
/// interactions together), the middle (the next ones, up to nine tenths) and the tail (all others).
/// </summary>
internal static class CaseSlices
{
    private const int Quarters = 4;
    private const double HeadShare = 0.5;
    private const double MiddleShare = 0.9;

    /// <summary>The slices that have a case.</summary>
    /// <param name="lengths">Interactions before the target of each case.</param>
    /// <param name="targets">The target's item of each case, by dense id; -1: not in the training part.</param>
    /// <param name="popularity">Training interactions of each item, by dense id.</param>
    public static IReadOnlyList<CaseSlice> Of(IReadOnlyList<int> lengths, IReadOnlyList<int> targets, IReadOnlyList<int> popularity) =>
        [.. ByLength(lengths), .. ByPopularity(targets, popularity)];

    private static IEnumerable<CaseSlice> ByLength(IReadOnlyList<int> lengths)
    {
        if (lengths.Count == 0) yield break;
        int[] sorted = [.. lengths.Order()];
        int[] tops = [.. Enumerable.Range(1, Quarters).Select(quarter => sorted[Math.Max(0, (sorted.Length * quarter / Quarters) - 1)]).Distinct()];
        var below = -1;
        foreach (var top in tops)
        {
            var from = sorted.First(length => length > below);
            var name = from == top ? $"{top:N0}" : top == sorted[^1] ? $"{from:N0} or more" : $"{from:N0} to {top:N0}";
            yield return new(EvaluationSliceKind.HistoryLength, name, from, top, Where(lengths, length => length >= from && length <= top));
            below = top;
        }
    }

    private static IEnumerable<CaseSlice> ByPopularity(IReadOnlyList<int> targets, IReadOnlyList<int> popularity)
    {
        int[] order = [.. Enumerable.Range(0, popularity.Count).OrderByDescending(item => popularity[item])];
        var part = new int[popularity.Count];
        var (all, before) = (popularity.Sum(count => (long)count), 0L);
        foreach (var item in order)
        {
            part[item] = before < HeadShare * all ? 0 : before < MiddleShare * all ? 1 : 2;
            before += popularity[item];
        }

        string[] names = ["head", "middle", "tail"];
        for (var p = 0; p < names.Length; p++)
        {
            int[] items = [.. order.Where(item => part[item] == p)];
            var cases = Where(targets, target => target >= 0 && part[target] == p);
            if (cases.Length == 0) continue;
            var (most, fewest) = (popularity[items[0]], popularity[items[^1]]);
            var range = most == fewest ? $"{most:N0}" : $"{fewest:N0} to {most:N0}";
            yield return new(EvaluationSliceKind.TargetPopularity, $"{names[p]}: {items.Length:N0} items of {range}", fewest, most, cases);
        }

        var unknown = Where(targets, target => target < 0);
        if (unknown.Length > 0) yield return new(EvaluationSliceKind.TargetPopularity, "not in the training part", 0, 0, unknown);
    }

    private static int[] Where(IReadOnlyList<int> values, Func<int, bool> holds) => [.. Enumerable.Range(0, values.Count).Where(at => holds(values[at]))];
}
