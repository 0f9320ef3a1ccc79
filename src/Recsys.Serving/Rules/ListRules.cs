using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Placements;

namespace Recsys.Serving.Rules;

/// <summary>
/// Puts what was ranked into the places of a list by the rules of its placement: pins stand in their places; every other place takes the best candidate left that the caps allow, by its rank
/// less its likeness to the items before (maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998), or, in a share of places, one of the best drawn by lot, whose propensity is
/// noted.
/// </summary>
/// <param name="catalogue">What the items are.</param>
internal sealed class ListRules(CatalogueMirror catalogue)
{
    /// <summary>A place that's given to chance takes one of so many of the best that are left.</summary>
    public const int DrawnFrom = 100;

    /// <summary>Likeness is looked at in so many first places: further down nobody scrolls past twins.</summary>
    private const int DiversePlaces = 100;

    /// <summary>Among so many of the best that are left.</summary>
    private const int DiverseCandidates = 200;

    /// <summary>
    /// Whether an item of this propensity stands in its place by its rank, not by lot: at most half of the places are given to chance, so whatever is drawn from two or more has at most a quarter,
    /// and what isn't drawn half or more.
    /// </summary>
    public static bool IsByRank(double propensity) => propensity >= 1 - PlacementLimits.Exploration;

    /// <summary>Arranges.</summary>
    /// <param name="ranked">What was ranked, best first; pinned items may be among it.</param>
    /// <param name="placement">The rules.</param>
    /// <param name="pins">Places with the items that are pinned to them, allowed ones only.</param>
    /// <param name="pageSize">The window of caps that name none.</param>
    /// <param name="model">By whose vectors items are alike; null: by labels.</param>
    /// <param name="random">Decides places that are given to chance.</param>
    /// <param name="list">Empty; receives the places.</param>
    public void Arrange(
        ReadOnlySpan<SnapshotEntry> ranked, Placement placement, IReadOnlyDictionary<int, SnapshotEntry> pins, int pageSize, LiveModel? model, Random random, Snapshot list)
    {
        CapRule[] caps = [.. placement.Caps.Select(cap => new CapRule(cap, pageSize))];
        var pinned = pins.Values.Select(pin => pin.Item).ToHashSet();
        var left = new List<SnapshotEntry>(ranked.Length);
        foreach (ref readonly var entry in ranked)
        {
            if (!pinned.Contains(entry.Item)) left.Add(entry);
        }

        var likeness = placement.Diversity > 0 ? new Likeness(catalogue, model, left, (float)placement.Diversity) : null;
        Span<uint> before = stackalloc uint[Snapshot.MaxDepth];
        Span<int> allowed = stackalloc int[DrawnFrom];
        while (!list.IsFull)
        {
            var place = list.Count;
            if (pins.TryGetValue(place, out var pin))
            {
                before[place] = pin.Item;
                list.Add(pin);
                likeness?.Placed(pin.Item);
                continue;
            }

            // Of the candidates that the caps allow: the first ones, and with diversity the best of more.
            var isDiverse = likeness is not null && place < DiversePlaces;
            var (best, count) = (Best(left, caps, before[..place], isDiverse ? likeness : null), 0);
            if (best < 0) break;
            var propensity = 1f;
            if (placement.Exploration > 0)
            {
                for (var i = 0; i < left.Count && count < DrawnFrom; i++)
                {
                    if (IsAllowed(left[i].Item, caps, before[..place])) allowed[count++] = i;
                }

                var (share, first) = ((float)placement.Exploration, best);
                if (random.NextSingle() < share) best = allowed[random.Next(count)];
                var drawn = allowed[..count].Contains(best) ? share / count : 0;
                propensity = (best == first ? 1 - share : 0) + drawn;
            }

            var taken = left[best] with { Propensity = propensity };
            before[place] = taken.Item;
            list.Add(taken);
            left.RemoveAt(best);
            likeness?.Removed(best);
            likeness?.Placed(taken.Item);
        }
    }

    private int Best(List<SnapshotEntry> left, CapRule[] caps, ReadOnlySpan<uint> before, Likeness? likeness)
    {
        var (best, highest, looked) = (-1, float.NegativeInfinity, 0);
        for (var i = 0; i < left.Count; i++)
        {
            if (likeness is not null && likeness.Of(i) <= highest) continue;
            if (!IsAllowed(left[i].Item, caps, before)) continue;
            if (likeness is null) return i;
            (best, highest) = (i, likeness.Of(i));
            if (++looked >= DiverseCandidates || i >= DiverseCandidates) break;
        }

        return best;
    }

    private bool IsAllowed(uint item, CapRule[] caps, ReadOnlySpan<uint> before)
    {
        foreach (var cap in caps)
        {
            if (!cap.Allows(item, before, catalogue)) return false;
        }

        return true;
    }
}
