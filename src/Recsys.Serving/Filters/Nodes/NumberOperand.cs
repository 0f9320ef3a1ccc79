using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>One side of a comparison of numbers.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Key">Of an attribute: its field's key for <see cref="FieldKeys.HoldsNumber"/>.</param>
/// <param name="Constant">Of a constant: the number.</param>
internal readonly record struct NumberOperand(NumberSource Source, ulong Key = 0, double Constant = 0)
{
    private const double MicrosInUnit = 1_000_000;

    public int Cost => Source == NumberSource.Attribute ? 5 : 1;

    /// <summary>The number; NaN where it's missing, which every comparison but "not equal" is false with.</summary>
    public double Read(in ItemFields item, in FilterContext context) => Source switch
    {
        NumberSource.Constant => Constant,
        NumberSource.MaturityCeiling => context.MaturityCeiling,
        NumberSource.Now => context.NowMs,
        _ when !item.IsKnown => double.NaN,
        NumberSource.Attribute => item.NumberAttribute(Key),
        NumberSource.MaturityAge => item.MaturityAge,

        // What isn't out yet has no age: "age < 30d" asks for what is new, not for what is to come.
        NumberSource.Age => item.BirthMs > context.NowMs ? double.NaN : context.NowMs - item.BirthMs,

        // The quotient of two whole numbers below 2^53 is the very double that the same decimal number in a filter's text reads as.
        NumberSource.Price => item.Has(PresentFields.Price) ? item.PriceMicros / MicrosInUnit : double.NaN,
        NumberSource.Ordinal => item.Has(PresentFields.Ordinal) ? item.Ordinal : double.NaN,
        NumberSource.Duration => item.Has(PresentFields.Duration) ? item.DurationMs : double.NaN,
        _ => item.Has(PresentFields.PublishTime) ? item.BirthMs : double.NaN,
    };
}
