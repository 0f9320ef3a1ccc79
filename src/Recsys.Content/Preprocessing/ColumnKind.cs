namespace Recsys.Content.Preprocessing;

/// <summary>How a column of examples is read.</summary>
public enum ColumnKind
{
    /// <summary>A number: standardised, the mean where it's unknown, with a flag beside it that says so.</summary>
    Number,

    /// <summary>One or several categories: one value each of the most frequent, and one for all others.</summary>
    Category,

    /// <summary>A text: cleaned, normalised, tokenised.</summary>
    Text,

    /// <summary>An encoded image: decoded, resized, cropped, scaled, normalised.</summary>
    Image,

    /// <summary>A sequence of categories or of vectors, oldest first.</summary>
    Sequence,
}
