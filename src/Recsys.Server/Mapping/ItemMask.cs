using Google.Protobuf.WellKnownTypes;
using Recsys.Server.Validation;
using Recsys.Serving.Catalogue;

namespace Recsys.Server.Mapping;

/// <summary>Which fields of an item an update changes.</summary>
internal static class ItemMask
{
    private static readonly Dictionary<string, Func<CatalogueItem, CatalogueItem, CatalogueItem>> Changes = new()
    {
        ["kind"] = static (to, from) => to with { Kind = from.Kind },
        ["parent_id"] = static (to, from) => to with { ParentId = from.ParentId },
        ["ordinal"] = static (to, from) => to with { Ordinal = from.Ordinal },
        ["title"] = static (to, from) => to with { Title = from.Title },
        ["description"] = static (to, from) => to with { Description = from.Description },
        ["localizations"] = static (to, from) => to with { Localizations = from.Localizations },
        ["genres"] = static (to, from) => to with { Genres = from.Genres },
        ["tags"] = static (to, from) => to with { Tags = from.Tags },
        ["creators"] = static (to, from) => to with { Creators = from.Creators },
        ["languages"] = static (to, from) => to with { Languages = from.Languages },
        ["attributes"] = static (to, from) => to with { Attributes = from.Attributes },
        ["price"] = static (to, from) => to with { PriceCurrency = from.PriceCurrency, PriceMicros = from.PriceMicros },
        ["availability"] = static (to, from) => to with { Availability = from.Availability },
        ["maturity_age"] = static (to, from) => to with { MaturityAge = from.MaturityAge },
        ["publish_time"] = static (to, from) => to with { PublishTimeMs = from.PublishTimeMs },
        ["duration"] = static (to, from) => to with { DurationMs = from.DurationMs },
        ["cover_uri"] = static (to, from) => to with { CoverUri = from.CoverUri },
        ["hidden"] = static (to, from) => to with { Hidden = from.Hidden },
    };

    public static void Check(FieldMask? mask, FieldViolations violations) => MaskPaths.Check(mask, Changes.ContainsKey, violations);

    /// <summary>The stored item with the masked fields of the new one.</summary>
    public static CatalogueItem Apply(FieldMask mask, CatalogueItem stored, CatalogueItem given) =>
        mask.Paths.Aggregate(stored, (item, path) => Changes[path](item, given));
}
