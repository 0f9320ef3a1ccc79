using Recsys.Serving.Filters.Nodes;

namespace Recsys.Serving.Filters;

/// <summary>The right-hand side of a comparison.</summary>
/// <param name="Type">Its type: what the values of one IN must have in common.</param>
/// <param name="Text">Hash of a text or an id, or what stands for a flag (<see cref="Catalogue.FieldKeys"/>).</param>
/// <param name="Kinds">Of a kind: its bit.</param>
/// <param name="Number">A number, a time or a duration, where <paramref name="Type"/> is of those.</param>
/// <param name="Context">Of a text of the request: which.</param>
internal readonly record struct FilterValue(FilterValueType Type, ulong Text = 0, uint Kinds = 0, NumberOperand Number = default, ContextText? Context = null)
{
    /// <summary>Whether it has an order.</summary>
    public bool IsNumber => Type == FilterValueType.Number;
}
