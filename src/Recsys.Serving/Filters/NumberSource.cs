namespace Recsys.Serving.Filters;

/// <summary>Where a number of a comparison comes from. Times and durations are numbers of milliseconds.</summary>
internal enum NumberSource
{
    /// <summary>The filter's text.</summary>
    Constant,

    /// <summary>The item's price, in currency units.</summary>
    Price,

    /// <summary>Years.</summary>
    MaturityAge,

    /// <summary>The item's place within its parent.</summary>
    Ordinal,

    /// <summary>The item's duration.</summary>
    Duration,

    /// <summary>Since the item came out, or was first written.</summary>
    Age,

    /// <summary>When the item came out.</summary>
    PublishTime,

    /// <summary>A number attribute.</summary>
    Attribute,

    /// <summary>The list's maturity ceiling.</summary>
    MaturityCeiling,

    /// <summary>The list's moment.</summary>
    Now,
}
