using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Compares two numbers; false where one is missing.</summary>
/// <param name="left">The left one.</param>
/// <param name="comparison">How.</param>
/// <param name="right">The right one.</param>
internal sealed class NumberNode(NumberOperand left, FilterTokenKind comparison, NumberOperand right) : FilterNode
{
    public override int Cost => left.Cost + right.Cost;

    public override bool Matches(in ItemFields item, in FilterContext context)
    {
        var (first, second) = (left.Read(item, context), right.Read(item, context));
        return comparison switch
        {
            FilterTokenKind.Equal => first == second,
            FilterTokenKind.NotEqual => first < second || first > second,
            FilterTokenKind.Less => first < second,
            FilterTokenKind.LessOrEqual => first <= second,
            FilterTokenKind.Greater => first > second,
            _ => first >= second,
        };
    }
}
