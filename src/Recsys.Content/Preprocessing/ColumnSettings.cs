using System.Text;
using System.Text.Json.Serialization;

namespace Recsys.Content.Preprocessing;

/// <summary>
/// What is done to a column before the network reads it: declared before a training, kept with the model, applied in the same way at serving.
/// </summary>
public sealed record ColumnSettings
{
    /// <summary>The least <see cref="Vocabulary"/> of word pieces: 256 of them are single bytes, so that no text is unknown.</summary>
    public const int LeastPieces = 512;

    /// <summary>Its name, 1 to 64 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>How it's read.</summary>
    public ColumnKind Kind { get; init; }

    /// <summary>Number: how it's scaled. Default: to mean 0 and standard deviation 1.</summary>
    public NumberScaling Scaling { get; init; }

    /// <summary>
    /// Category, sequence and text: the most categories, word pieces or words that are known, the most frequent ones of the training part, 1 to 100,000.
    /// Default: 100, 10,000 and 10,000.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Vocabulary { get; init; }

    /// <summary>Category: what separates several of them in a text, e.g. ", "; empty: a text is one category. Default: empty.</summary>
    public string Separator { get; init => field = value ?? ""; } = "";

    /// <summary>Text: whether letters become lower case. Default: yes.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Text: whether HTML tags and entities, URLs and @names are taken out or made one piece each. Default: yes.</summary>
    public bool Clean { get; init; } = true;

    /// <summary>Text and sequence: the most pieces or steps that are read, 1 to 4,096: of texts the first, of sequences the newest. Default: 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Image: width and height that the network reads, 8 to 512 pixels each. Default: 64 x 64.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Image: see <see cref="Width"/>.</summary>
    public int Height { get; init; } = 64;

    /// <summary>Image: whether it's cut to the shape around its middle; else squeezed into it. Default: cut.</summary>
    public bool Crop { get; init; } = true;

    /// <summary>Image: one channel of brightness in place of red, green and blue. Default: no.</summary>
    public bool Grey { get; init; }

    /// <summary><see cref="Vocabulary"/>, or the kind's default.</summary>
    [JsonIgnore]
    public int VocabularyOrDefault => Vocabulary ?? (Kind == ColumnKind.Category ? 100 : 10_000);

    /// <summary>What is wrong with it (the field, its value, what was expected), or null.</summary>
    public string? Problem()
    {
        var bytes = Name is null ? 0 : Encoding.UTF8.GetByteCount(Name);
        if (bytes is < 1 or > 64) return $"name has {bytes} bytes, expected 1 to 64";
        if (Name.AsSpan().ContainsAnyInRange('\0', '\u001f')) return "name has a control character, expected none";
        if (!Enum.IsDefined(Kind)) return $"kind is {Kind}, expected one of {string.Join(", ", Enum.GetNames<ColumnKind>())}";
        if (!Enum.IsDefined(Scaling)) return $"scaling is {Scaling}, expected one of {string.Join(", ", Enum.GetNames<NumberScaling>())}";
        return this switch
        {
            { Vocabulary: < 1 or > 100_000 } => $"vocabulary is {Vocabulary}, expected 1 to 100000",
            { Separator.Length: > 16 } => $"separator has {Separator.Length} characters, expected at most 16",
            { MaxLength: < 1 or > 4096 } => $"max_length is {MaxLength}, expected 1 to 4096",
            { Width: < 8 or > 512 } => $"width is {Width}, expected 8 to 512",
            { Height: < 8 or > 512 } => $"height is {Height}, expected 8 to 512",
            _ => null,
        };
    }
}
