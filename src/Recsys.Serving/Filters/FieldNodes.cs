using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters.Nodes;

namespace Recsys.Serving.Filters;

/// <summary>Turns comparisons of fields into nodes. A comparison with a missing value is false, so "not equal" and NOT IN ask that both sides are there as well.</summary>
internal static class FieldNodes
{
    /// <summary>HAS(field).</summary>
    public static FilterNode Has(FilterField field) => field.Type switch
    {
        FilterType.Attribute => new AnyNode([HasText(field), HasFlag(field), HasNumber(field)]),
        FilterType.ContextText => new ContextTextNode(field.ContextText, null),
        _ when field.IsContext || field.Number == NumberSource.Age => HasNumber(field),
        _ => new PresenceNode(field.Presence),
    };

    /// <summary>field OPERATOR value. "Equal" is IN with one value, so that an OR can make one IN of many.</summary>
    public static FilterNode Compare(FilterField field, FilterTokenKind comparison, in FilterValue value) =>
        value.IsNumber && comparison != FilterTokenKind.Equal ? new NumberNode(Operand(field), comparison, value.Number) : In(field, [value], comparison == FilterTokenKind.NotEqual);

    /// <summary>field IN (values), or NOT IN.</summary>
    /// <param name="field">The field.</param>
    /// <param name="values">One or more of one type.</param>
    /// <param name="isNot">NOT IN.</param>
    public static FilterNode In(FilterField field, List<FilterValue> values, bool isNot)
    {
        var isIn = values[0].Type switch
        {
            FilterValueType.Number => InNumbers(field, values),
            FilterValueType.Kind => new KindNode(values.Aggregate(0u, (mask, value) => mask | value.Kinds)),
            _ => field.Type == FilterType.ContextText ? new ContextTextNode(field.ContextText, [.. values.Select(value => value.Text)]) : InTexts(field, values),
        };
        return isNot ? new AllNode([Holds(field, values[0].Type), .. values.Where(IsOfRequest).Select(HasValue), new NotNode(isIn)]) : isIn;
    }

    private static bool IsOfRequest(FilterValue value) => value.Context is not null || (value.IsNumber && value.Number.Source != NumberSource.Constant);

    private static FilterNode HasValue(FilterValue value) => value.Context is { } text ? new ContextTextNode(text, null) : new NumberInNode(value.Number, null);

    private static FilterNode InNumbers(FilterField field, List<FilterValue> values)
    {
        var operand = Operand(field);
        var constants = values.Where(value => !IsOfRequest(value)).Select(value => value.Number.Constant).ToArray();
        return AnyNode.Of(
        [
            .. constants.Length > 0 ? [new NumberInNode(operand, constants)] : Array.Empty<FilterNode>(),
            .. values.Where(IsOfRequest).Select(value => new NumberNode(operand, FilterTokenKind.Equal, value.Number)),
        ]);
    }

    private static FilterNode InTexts(FilterField field, List<FilterValue> values)
    {
        ulong[] keys = [.. values.Where(value => !IsOfRequest(value)).Select(value => FieldKeys.Of(field.Key, value.Text)).Distinct()];
        return AnyNode.Of(
        [
            .. keys.Length > 0 ? [new TextNode(keys)] : Array.Empty<FilterNode>(),
            .. values.Where(IsOfRequest).Select(value => new TextOfContextNode(field.Key, value.Context!.Value)),
        ]);
    }

    /// <summary>Whether the field has a value of this type.</summary>
    private static FilterNode Holds(FilterField field, FilterValueType type) => (field.Type, type) switch
    {
        (FilterType.Attribute, FilterValueType.Text) => HasText(field),
        (FilterType.Attribute, FilterValueType.Flag) => HasFlag(field),
        (FilterType.Attribute, _) => HasNumber(field),
        _ => Has(field),
    };

    private static TextNode HasText(FilterField field) => new([FieldKeys.Of(field.Key, FieldKeys.HoldsText)]);

    private static TextNode HasFlag(FilterField field) => new([FieldKeys.Of(field.Key, FieldKeys.True), FieldKeys.Of(field.Key, FieldKeys.False)]);

    private static NumberInNode HasNumber(FilterField field) => new(Operand(field), null);

    private static NumberOperand Operand(FilterField field) => new(field.Number, FieldKeys.Of(field.Key, FieldKeys.HoldsNumber));
}
