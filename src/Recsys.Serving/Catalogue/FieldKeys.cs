using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// Texts of items as 64-bit keys: a hash of the field and the value, under a seed that each process draws anew. So no text is kept, a filter's texts need no table that somebody could
/// fill, and they meet items that are written later. Two different texts have one key with a probability of 5e-20: among ten million texts of a catalogue and a filter's thousand, 5e-10.
/// </summary>
internal static class FieldKeys
{
    private const int StackChars = 256;

    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>Keys of <see cref="CatalogueItem.Genres"/>.</summary>
    public static ulong Genres { get; } = OfField("genres");

    /// <summary>Keys of <see cref="CatalogueItem.Tags"/>.</summary>
    public static ulong Tags { get; } = OfField("tags");

    /// <summary>Keys of <see cref="CatalogueItem.Creators"/>.</summary>
    public static ulong Creators { get; } = OfField("creators");

    /// <summary>Keys of <see cref="CatalogueItem.Languages"/>.</summary>
    public static ulong Languages { get; } = OfField("languages");

    /// <summary>Keys of <see cref="CatalogueItem.PriceCurrency"/>.</summary>
    public static ulong Currency { get; } = OfField("currency");

    /// <summary>Keys of <see cref="CatalogueItem.ParentId"/>, whose values are hashed by <see cref="OfId"/>.</summary>
    public static ulong ParentId { get; } = OfField("parent_id");

    /// <summary>Keys of <see cref="CatalogueItem.Kind"/>, whose values are the kinds' numbers.</summary>
    public static ulong Kind { get; } = OfField("kind");

    /// <summary>Keys of the words of titles and descriptions (<see cref="ItemWords"/>).</summary>
    public static ulong Words { get; } = OfField("words");

    /// <summary>In the place of a text: the attribute holds a text or texts.</summary>
    public static ulong HoldsText { get; } = OfField("a text");

    /// <summary>In the place of a text: the attribute holds a number.</summary>
    public static ulong HoldsNumber { get; } = OfField("a number");

    /// <summary>In the place of a text: the attribute is TRUE.</summary>
    public static ulong True { get; } = OfField("true");

    /// <summary>In the place of a text: the attribute is FALSE.</summary>
    public static ulong False { get; } = OfField("false");

    /// <summary>Keys of an attribute. Names differ by case.</summary>
    public static ulong Attribute(string name) => Hash("attributes." + name, 1);

    /// <summary>Of a text, whose case, surrounding white space and Unicode form (<see cref="CanonicalText"/>) don't count. Never 0.</summary>
    public static ulong OfText(string text)
    {
        // First the form: where a capital letter is one character only for some letters, it's one for their parts.
        var trimmed = CanonicalText.Of(text).AsSpan().Trim();
        var rented = trimmed.Length > StackChars ? ArrayPool<char>.Shared.Rent(trimmed.Length) : null;
        Span<char> upper = rented ?? stackalloc char[StackChars];
        var hash = Hash(upper[..trimmed.ToUpperInvariant(upper)], 2);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return hash;
    }

    /// <summary>Of an id, of which every character counts.</summary>
    public static ulong OfId(string id) => Hash(id, 3);

    /// <summary>The key of a value in a field. Of one field, different values have different keys.</summary>
    public static ulong Of(ulong field, ulong value) => field ^ value;

    /// <summary>The key's bit in a signature: an item without the bit doesn't have the text. Cheaper to look at than the item's texts, and most items fail there.</summary>
    public static ulong Bit(ulong key) => 1UL << (int)(key & 63);

    private static ulong OfField(string name) => Hash(name, 0);

    /// <param name="text">What to hash.</param>
    /// <param name="use">So that a name and a text that read alike have unlike hashes.</param>
    private static ulong Hash(ReadOnlySpan<char> text, int use)
    {
        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text), Seed + use);
        return hash == 0 ? 1 : hash;
    }
}
