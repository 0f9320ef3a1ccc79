using Recsys.Serving.Filters;
using Recsys.Serving.Placements;
using Recsys.Serving.Steering;

namespace Recsys.Serving.Rules;

/// <summary>The boosts and burials of one list, and what its users want more and less of: by how much each item's odds are multiplied.</summary>
/// <param name="items">Logarithms of the factors of named items, by number.</param>
/// <param name="filters">Filters with the logarithms of their factors.</param>
/// <param name="context">What the filters are asked for.</param>
internal sealed class BoostTable(Dictionary<uint, float> items, List<(ItemFilter Filter, float LogFactor)> filters, FilterContext context)
{
    private static readonly float MostLog = (float)Math.Log(PlacementLimits.FactorProduct);
    private readonly FilterContext _context = context;

    /// <summary>What the users want more and less of; null: they said nothing.</summary>
    public ListSteering? Steering { get; init; }

    /// <summary>Named items that are boosted.</summary>
    public IEnumerable<uint> Raised => items.Where(pair => pair.Value > 0).Select(pair => pair.Key);

    /// <summary>Whether a filter boosts what it lets through.</summary>
    public bool RaisesByFilter => filters.Exists(pair => pair.LogFactor > 0);

    /// <summary>What is added to an item's logit: the logarithm of all its factors multiplied, within <see cref="PlacementLimits.FactorProduct"/> and one by it, and what the users want.</summary>
    public float Of(uint item)
    {
        var sum = items.GetValueOrDefault(item);
        foreach (var (filter, logFactor) in filters)
        {
            if (filter.Matches(item, _context)) sum += logFactor;
        }

        return Math.Clamp(sum, -MostLog, MostLog) + (Steering?.Of(item) ?? 0);
    }

    /// <summary>Whether a filter boosts an item.</summary>
    public bool IsRaisedByFilter(uint item)
    {
        foreach (var (filter, logFactor) in filters)
        {
            if (logFactor > 0 && filter.Matches(item, _context)) return true;
        }

        return false;
    }
}
