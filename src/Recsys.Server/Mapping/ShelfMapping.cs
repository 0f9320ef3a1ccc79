using System.Globalization;
using Recsys.Server.Validation;
using Recsys.Serving.Shelves;

namespace Recsys.Server.Mapping;

/// <summary>Requests for shelves, checked, and shelves.</summary>
internal static class ShelfMapping
{
    private const int MaxShelves = 30;
    private const int MaxPageSize = 100;
    private const int MaxAgeDays = 365;

    /// <summary>Maps a request; with violations the result must not be used.</summary>
    public static ShelvesRequest Read(V1.RecommendShelvesRequest message, string ns, long nowMs, FieldViolations violations)
    {
        // What a list's request has too is read as a list's.
        var common = new V1.RecommendRequest { Context = message.Context, RequestTime = message.RequestTime, Filter = message.Filter };
        common.UserIds.AddRange(message.UserIds);
        common.ExcludeItemIds.AddRange(message.ExcludeItemIds);
        common.ItemKinds.AddRange(message.ItemKinds);
        if (message.HasMaturityCeiling) common.MaturityCeiling = message.MaturityCeiling;
        var list = ListMapping.Read(common, ns, nowMs, violations);
        return new ShelvesRequest
        {
            Namespace = ns,
            UserIds = list.UserIds,
            Shelves = violations.Count("shelves", message.Shelves.Count, MaxShelves, min: 1) ? [.. message.Shelves.Select((shelf, index) => Read(shelf, index, violations))] : [],
            ExcludeItemIds = list.ExcludeItemIds,
            ItemKinds = list.ItemKinds,
            Filter = list.Filter,
            MaturityCeiling = list.MaturityCeiling,
            Context = list.Context,
            RequestTimeMs = list.RequestTimeMs,
            KeepEmpty = message.KeepEmpty,
        };
    }

    public static V1.RecommendShelvesResponse Write(ShelvesAnswer answer)
    {
        var message = new V1.RecommendShelvesResponse { Degraded = answer.DegradedReason.Length > 0, DegradedReason = answer.DegradedReason };
        foreach (var shelf in answer.Shelves)
        {
            var written = new V1.Shelf { Kind = (V1.ShelfKind)shelf.Kind, Index = shelf.Index, TitleKey = shelf.TitleKey, List = ListMapping.Write(shelf.List) };
            foreach (var (name, value) in shelf.TitleArgs) written.TitleArgs.Add(name, value);
            message.Shelves.Add(written);
        }

        return message;
    }

    private static ShelfRequest Read(V1.ShelfRequest shelf, int index, FieldViolations violations)
    {
        if (shelf.Kind == V1.ShelfKind.Unspecified) violations.Add("shelves", index, "kind", "is required");
        else if (shelf.Kind is < V1.ShelfKind.Unspecified or > V1.ShelfKind.Trending) violations.Add("shelves", index, "kind", $"is no known kind of shelf: {(int)shelf.Kind}");
        violations.Id("shelves", shelf.Placement, required: false, index: index, leaf: "placement");
        violations.Id("shelves", shelf.ItemId, required: false, index: index, leaf: "item_id");
        CheckRange("page_size", shelf.PageSize, MaxPageSize, index, violations);
        CheckRange("max_age_days", shelf.MaxAgeDays, MaxAgeDays, index, violations);
        if (shelf.ItemId.Length > 0 && shelf.Kind != V1.ShelfKind.BecauseYouPlayed) violations.Add("shelves", index, "item_id", "goes with BECAUSE_YOU_PLAYED alone");
        if (shelf.MaxAgeDays != 0 && shelf.Kind != V1.ShelfKind.New) violations.Add("shelves", index, "max_age_days", "goes with NEW alone");
        var request = new ShelfRequest((ShelfKind)shelf.Kind) { Placement = shelf.Placement, PageSize = shelf.PageSize, ItemId = shelf.ItemId };
        return shelf.MaxAgeDays > 0 ? request with { MaxAgeDays = shelf.MaxAgeDays } : request;
    }

    private static void CheckRange(string leaf, int value, int max, int index, FieldViolations violations)
    {
        if (value < 0 || value > max) violations.Add("shelves", index, leaf, string.Create(CultureInfo.InvariantCulture, $"must be 1 to {max} (0: the default), is {value}"));
    }
}
