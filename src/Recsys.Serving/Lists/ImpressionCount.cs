using Recsys.Serving.Events;
using Recsys.Serving.Placements;

namespace Recsys.Serving.Lists;

/// <summary>Counts one user's impressions, newest first, by a frequency cap.</summary>
/// <param name="placement">Impressions of other placements don't count, those that name none do.</param>
/// <param name="cap">The cap.</param>
/// <param name="moment">For when the list is, Unix ms.</param>
/// <param name="shown">Receives the items that were shown often enough.</param>
internal sealed class ImpressionCount(string placement, PlacementFrequencyCap cap, long moment, HashSet<uint> shown)
{
    // Clocks that are further ahead are refused, so what was received before a moment didn't happen later than this after it.
    private const long MostClockLeadMs = 10 * 60_000;

    private readonly Dictionary<uint, int> _counts = [];
    private readonly HashSet<string> _lists = new(StringComparer.Ordinal);

    /// <summary>Counts an impression, if it's one that counts.</summary>
    /// <returns>Whether earlier ones like it may count: it's of one of the lists that are asked for, or there are fewer yet, and it was received within the period.</returns>
    public bool Add(LoggedEvent impression)
    {
        var from = cap.PeriodMs > 0 ? moment - cap.PeriodMs : long.MinValue;
        var isReceivedSince = cap.PeriodMs == 0 || impression.ReceiveTimeMs + MostClockLeadMs > from;
        if (impression.Event.Placement.Length > 0 && impression.Event.Placement != placement) return isReceivedSince && !HasAllLists;
        if (cap.Lists > 0 && !_lists.Contains(impression.Event.RecommendationId))
        {
            if (HasAllLists) return false;
            _lists.Add(impression.Event.RecommendationId);
        }

        if (impression.Event.EventTimeMs <= from) return isReceivedSince;
        var count = _counts[impression.Item] = _counts.GetValueOrDefault(impression.Item) + 1;
        if (count >= cap.MaxImpressions) shown.Add(impression.Item);
        return isReceivedSince;
    }

    private bool HasAllLists => cap.Lists > 0 && _lists.Count == cap.Lists;
}
