using System.Text.Json;
using System.Text.Json.Nodes;

namespace Recsys.Serving.Placements;

/// <summary>Versions of placements as stored: JSON without defaults. Unknown fields are ignored, so that what a newer version wrote stays readable.</summary>
internal static class PlacementDocument
{
    /// <summary>The bytes of a version.</summary>
    public static byte[] Write(PlacementVersion version) => JsonSerializer.SerializeToUtf8Bytes(version, PlacementJson.Stored.PlacementVersion);

    /// <summary>How many bytes a placement takes.</summary>
    public static int SizeOf(Placement placement) => JsonSerializer.SerializeToUtf8Bytes(placement, PlacementJson.Stored.Placement).Length;

    /// <summary>The version of these bytes.</summary>
    /// <exception cref="JsonException">The bytes are damaged.</exception>
    public static PlacementVersion Read(ReadOnlySpan<byte> content)
    {
        var version = JsonSerializer.Deserialize(content, PlacementJson.Stored.PlacementVersion) ?? throw new JsonException("A placement's document holds null.");

        // Generated code sets every init property: absent fields come out as null whatever the record's own default is.
        return version with
        {
            ApiKeyId = version.ApiKeyId ?? "",
            ChangedFields = version.ChangedFields ?? [],
            Placement = version.Placement is { } placement ? Whole(placement, version) : null,
        };
    }

    /// <summary>The fields in which two placements differ, in the contract's spelling.</summary>
    public static IReadOnlyList<string> Changes(Placement before, Placement after)
    {
        var (old, now) = (Fields(before), Fields(after));
        var fields = now.Concat(old).Select(field => field.Key).Distinct();
        return [.. fields.Where(field => !JsonNode.DeepEquals(old[field], now[field]))];
    }

    private static JsonObject Fields(Placement placement) => JsonSerializer.SerializeToNode(placement, PlacementJson.Stored.Placement)!.AsObject();

    private static Placement Whole(Placement placement, PlacementVersion version) => placement with
    {
        PlacementId = placement.PlacementId ?? throw new JsonException("A placement has no id."),
        TitleKey = placement.TitleKey ?? "",
        Sources = placement.Sources ?? [],
        Filter = placement.Filter ?? "",
        Caps = Entries(placement.Caps, static cap => cap?.Attribute is null ? null : cap),
        Pins = Entries(placement.Pins, static pin => pin?.ItemId is null ? null : pin),
        Boosts = Entries(placement.Boosts, static boost => boost is null ? null : boost with { Filter = boost.Filter ?? "", ItemIds = Entries(boost.ItemIds, static id => id) }),
        Version = version.Version,
        CreateTimeMs = version.CreateTimeMs,
        UpdateTimeMs = version.ChangeTimeMs,
    };

    private static IReadOnlyList<T> Entries<T>(IReadOnlyList<T>? entries, Func<T?, T?> whole)
        where T : class =>
        entries is null ? [] : [.. entries.Select(entry => whole(entry) ?? throw new JsonException("A placement's document holds an entry without content."))];
}
