namespace Recsys.Serving.Filters;

/// <summary>What a value is compared as.</summary>
internal enum FilterValueType
{
    /// <summary>A text or an id.</summary>
    Text,

    /// <summary>An item kind.</summary>
    Kind,

    /// <summary>TRUE or FALSE.</summary>
    Flag,

    /// <summary>A number, a time or a duration.</summary>
    Number,
}
