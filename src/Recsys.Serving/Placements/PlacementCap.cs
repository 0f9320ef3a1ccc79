namespace Recsys.Serving.Placements;

/// <summary>Of items that share a value of an attribute, only some may stand together.</summary>
/// <param name="Attribute">Of which; see <see cref="Kind"/>.</param>
/// <param name="MaxItems">At most so many, 1 to 500.</param>
/// <param name="Window">Within so many consecutive places, 1 to 500; 0: the page size.</param>
public sealed record PlacementCap(string Attribute, int MaxItems, int Window)
{
    private const string TypedPrefix = "attributes.";
    private const int MaxNameLength = 64;

    /// <summary>Which kind of attribute it is.</summary>
    public PlacementCapKind Kind() => Attribute switch
    {
        "genres" => PlacementCapKind.Genres,
        "tags" => PlacementCapKind.Tags,
        "creators" => PlacementCapKind.Creators,
        "kind" => PlacementCapKind.ItemKind,
        "parent" => PlacementCapKind.Parent,
        _ when Attribute.StartsWith(TypedPrefix, StringComparison.Ordinal) && IsName(Attribute.AsSpan(TypedPrefix.Length)) => PlacementCapKind.Typed,
        _ => PlacementCapKind.Unknown,
    };

    /// <summary>The name of the typed attribute, without its prefix; only of <see cref="PlacementCapKind.Typed"/>.</summary>
    public string TypedName() => Attribute[TypedPrefix.Length..];

    // As keys of recsys.v1.Item.attributes are.
    private static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is >= 1 and <= MaxNameLength && !name.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
}
