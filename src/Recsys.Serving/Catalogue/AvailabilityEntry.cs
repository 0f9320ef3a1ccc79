namespace Recsys.Serving.Catalogue;

/// <summary>One country of one availability window.</summary>
/// <param name="Country">As <see cref="ListFilter.Country"/>; 0: everywhere.</param>
/// <param name="StartMs">From this Unix ms on.</param>
/// <param name="EndMs">Up to this Unix ms, exclusive.</param>
internal readonly record struct AvailabilityEntry(ushort Country, long StartMs, long EndMs)
{
    // A code that isn't one meets no request; 0 would meet all of them.
    private const ushort Nowhere = 1;

    /// <summary>Whether it lets the item be shown at a place (as <see cref="ListFilter.Country"/>) and a moment, Unix ms.</summary>
    public bool Holds(ushort country, long timeMs) => (Country == 0 || Country == country) && StartMs <= timeMs && timeMs < EndMs;

    /// <summary>An item's windows, a country an entry.</summary>
    public static AvailabilityEntry[] From(IReadOnlyList<AvailabilityWindow> windows)
    {
        var entries = new List<AvailabilityEntry>(windows.Count);
        foreach (var window in windows)
        {
            var (start, end) = (window.StartMs ?? long.MinValue, window.EndMs ?? long.MaxValue);
            if (window.Countries.Count == 0) entries.Add(new(0, start, end));
            foreach (var country in window.Countries) entries.Add(new(Math.Max(ListFilter.CountryCode(country), Nowhere), start, end));
        }

        return [.. entries];
    }
}
