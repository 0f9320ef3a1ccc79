using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Whether a number is one of some constants; false where it's missing.</summary>
/// <param name="number">The number.</param>
/// <param name="values">The constants; null: any, it must only be there.</param>
internal sealed class NumberInNode(NumberOperand number, double[]? values) : FilterNode
{
    private readonly double[]? _ascending = values?.Distinct().Order().ToArray();

    /// <summary>What it looks at.</summary>
    public NumberOperand Number => number;

    /// <summary>The constants, ascending; null: any.</summary>
    public IReadOnlyList<double>? Values => _ascending;

    public override int Cost => number.Cost + 3;

    public override bool Matches(in ItemFields item, in FilterContext context)
    {
        var value = number.Read(item, context);
        return !double.IsNaN(value) && (_ascending is null || Array.BinarySearch(_ascending, value) >= 0);
    }
}
