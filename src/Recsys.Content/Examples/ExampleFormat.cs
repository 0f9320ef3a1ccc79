namespace Recsys.Content.Examples;

/// <summary>How labelled examples are written.</summary>
public enum ExampleFormat
{
    /// <summary>By the file's name, or by what a folder or archive holds.</summary>
    Auto,

    /// <summary>Delimited text with a header (RFC 4180); .gz is allowed, .tsv is separated by tabs. An image is base64.</summary>
    Csv,

    /// <summary>
    /// One JSON object a line; .gz is allowed. An array of texts is several categories, an array of numbers or of arrays of them a sequence of vectors;
    /// an image is base64.
    /// </summary>
    JsonLines,

    /// <summary>A folder or zip of images, CLASS/NAME.jpg, with train, validation and test above the classes where the split is given.</summary>
    Images,

    /// <summary>
    /// A folder or zip with pairs of IDX files (LeCun and others: the MNIST database), NAME-images... and NAME-labels..., each may be .gz; names that
    /// begin with train, validation, t10k or test are those parts.
    /// </summary>
    Idx,
}
