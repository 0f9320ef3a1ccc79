using System.Runtime.CompilerServices;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;

namespace Recsys.Serving.Rules;

/// <summary>What is made of a placement once and kept as long as it is: parsed filters, and the weights as lists read them.</summary>
internal sealed class CompiledPlacement
{
    private static readonly ConditionalWeakTable<Placement, CompiledPlacement> Compiled = [];

    private CompiledPlacement(Placement placement)
    {
        Placement = placement;
        Filter = Parse(placement.Filter);
        BoostFilters = [.. placement.Boosts.Select(boost => Parse(boost.Filter))];
        Sources = SourceWeights.Of(placement.WeightOf);
    }

    /// <summary>As configured.</summary>
    public Placement Placement { get; }

    /// <summary>Null: none.</summary>
    public ItemFilter? Filter { get; }

    /// <summary>A filter a boost; null: it names items.</summary>
    public IReadOnlyList<ItemFilter?> BoostFilters { get; }

    /// <summary>The sources' weights.</summary>
    public SourceWeights Sources { get; }

    /// <summary>Whether lists are what was ranked, with nothing changed afterwards.</summary>
    public bool LeavesOrder => Placement is { Caps.Count: 0, Pins.Count: 0, Diversity: 0, Exploration: 0 };

    /// <summary>That of a placement.</summary>
    public static CompiledPlacement Of(Placement placement) => Compiled.GetValue(placement, static placement => new(placement));

    // What is stored was parsed when it was written. A text that an older version took and this one doesn't would let everything through: nothing is safer.
    private static ItemFilter? Parse(string text)
    {
        if (text.Length == 0) return null;
        try
        {
            return FilterParser.Parse(text);
        }
        catch (FilterSyntaxException)
        {
            return FilterParser.Parse("kind = 'game' AND kind = 'film'");
        }
    }
}
