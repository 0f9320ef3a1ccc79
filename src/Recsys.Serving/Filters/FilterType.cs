namespace Recsys.Serving.Filters;

/// <summary>What a field holds, and with it what it can be compared with.</summary>
internal enum FilterType
{
    /// <summary>Texts: equal means that one of them is.</summary>
    Texts,

    /// <summary>One of the item kinds.</summary>
    Kind,

    /// <summary>An id, of which every character counts.</summary>
    Id,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A length of time.</summary>
    Duration,

    /// <summary>A moment.</summary>
    Time,

    /// <summary>An attribute, which is of another type with each item.</summary>
    Attribute,

    /// <summary>A text of the request.</summary>
    ContextText,
}
