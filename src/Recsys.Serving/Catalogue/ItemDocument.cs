using System.Text.Json;

namespace Recsys.Serving.Catalogue;

/// <summary>Items as stored: JSON without defaults. Unknown fields are ignored, so that items written by a newer version stay readable.</summary>
internal static class ItemDocument
{
    /// <summary>What stands where an item was deleted: it must not come back into lists because its events are still there.</summary>
    private static ReadOnlySpan<byte> Deleted => """{"deleted":true}"""u8;

    /// <summary>The bytes of a deleted item.</summary>
    public static byte[] Tombstone => Deleted.ToArray();

    /// <summary>The bytes of an item.</summary>
    public static byte[] Write(CatalogueItem item) => JsonSerializer.SerializeToUtf8Bytes(item, CatalogueJson.Default.CatalogueItem);

    /// <summary>The item of these bytes; null: it was deleted.</summary>
    public static CatalogueItem? Read(ReadOnlySpan<byte> content)
    {
        if (content.SequenceEqual(Deleted)) return null;
        var item = JsonSerializer.Deserialize(content, CatalogueJson.Default.CatalogueItem)
            ?? throw new InvalidDataException("A catalogue document holds null, expected an item.");

        // Generated code sets every init property: absent fields come out as null whatever the record's own default is.
        return item with
        {
            Kind = item.Kind == ItemKind.Unspecified ? ItemKind.Other : item.Kind,
            ParentId = item.ParentId ?? "",
            Title = item.Title ?? "",
            Description = item.Description ?? "",
            Localizations = item.Localizations ?? [],
            Genres = item.Genres ?? [],
            Tags = item.Tags ?? [],
            Creators = item.Creators ?? [],
            Languages = item.Languages ?? [],
            Attributes = item.Attributes ?? new Dictionary<string, ItemAttribute>(),
            PriceCurrency = item.PriceCurrency ?? "",
            Availability = item.Availability ?? [],
            CoverUri = item.CoverUri ?? "",
        };
    }
}
