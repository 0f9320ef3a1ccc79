using System.Buffers.Binary;
using System.Text;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// An item's titles in all languages as one sequence of bytes: pairs of locale and title, each with its length before it; the default's locale is empty.
/// </summary>
internal static class ItemTitles
{
    private const int LengthBytes = 2;

    /// <summary>Packs the titles; without any there are no bytes.</summary>
    public static byte[] Pack(CatalogueItem item)
    {
        using var bytes = new MemoryStream();
        if (item.Title.Length > 0) Write(bytes, "", item.Title);
        foreach (var localization in item.Localizations)
        {
            if (localization.Title.Length > 0) Write(bytes, localization.Locale, localization.Title);
        }

        return bytes.ToArray();
    }

    /// <summary>
    /// The title in the nearest language: the locale itself, then without its last part ("pt-BR", "pt"), then the default; empty where there is none.
    /// </summary>
    public static string Find(ReadOnlySpan<byte> packed, string locale)
    {
        for (var length = locale.Length; length > 0; length = locale.AsSpan(0, length).LastIndexOf('-'))
        {
            if (TryFind(packed, locale.AsSpan(0, length), out var title)) return Encoding.UTF8.GetString(title);
        }

        return TryFind(packed, "", out var plain) ? Encoding.UTF8.GetString(plain) : "";
    }

    private static bool TryFind(ReadOnlySpan<byte> packed, ReadOnlySpan<char> locale, out ReadOnlySpan<byte> title)
    {
        while (!packed.IsEmpty)
        {
            var name = First(packed);
            packed = packed[(LengthBytes + name.Length)..];
            title = First(packed);
            packed = packed[(LengthBytes + title.Length)..];
            if (Ascii.EqualsIgnoreCase(name, locale)) return true;
        }

        title = default;
        return false;
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> packed) => packed.Slice(LengthBytes, BinaryPrimitives.ReadUInt16LittleEndian(packed));

    private static void Write(Stream bytes, params ReadOnlySpan<string> parts)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        foreach (var part in parts)
        {
            var utf8 = Encoding.UTF8.GetBytes(part).AsSpan();
            if (utf8.Length > ushort.MaxValue) utf8 = utf8[..ushort.MaxValue];
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)utf8.Length);
            bytes.Write(length);
            bytes.Write(utf8);
        }
    }
}
