namespace Recsys.Serving.Filters;

/// <summary>A text of the request.</summary>
internal enum ContextText
{
    /// <summary>The country.</summary>
    Country,

    /// <summary>The whole locale.</summary>
    Locale,

    /// <summary>The locale's first part.</summary>
    Language,
}
