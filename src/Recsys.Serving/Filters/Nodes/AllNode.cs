using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>AND.</summary>
internal sealed class AllNode(IEnumerable<FilterNode> parts) : FilterNode
{
    // Stable, so that of equally cheap parts the one written first is asked first.
    private readonly FilterNode[] _parts = [.. parts.OrderBy(part => part.Cost)];

    public override int Cost => _parts.Sum(part => part.Cost);

    public override IEnumerable<ulong> Masks => _parts.SelectMany(part => part.Masks);

    public override bool Matches(in ItemFields item, in FilterContext context)
    {
        foreach (var part in _parts)
        {
            if (!part.Matches(item, context)) return false;
        }

        return true;
    }
}
