using System.Globalization;
using Google.Protobuf.Collections;
using Recsys.Server.Validation;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;

namespace Recsys.Server.Mapping;

/// <summary>Requests for lists, checked, and lists.</summary>
internal static class ListMapping
{
    private const int DefaultPageSize = 20;
    private const int MaxUsers = 10;
    private const int MaxItemIds = 5_000;
    private const long MaxRequestTimeDistanceMs = 366L * 24 * 3_600 * 1_000;

    /// <summary>Maps a request; with violations the result must not be used.</summary>
    public static ListRequest Read(V1.RecommendRequest message, string ns, long nowMs, FieldViolations violations)
    {
        if (violations.Count("user_ids", message.UserIds.Count, MaxUsers)) ReadUsers(message.UserIds, violations);
        violations.Id("placement", message.Placement, required: false);
        violations.Id("page_token", message.PageToken, required: false, maxBytes: FieldRules.MaxPageTokenBytes);
        ReadItemIds("include_item_ids", message.IncludeItemIds, violations);
        ReadItemIds("exclude_item_ids", message.ExcludeItemIds, violations);
        if (message.SeenPolicy is < V1.SeenPolicy.Unspecified or > V1.SeenPolicy.Allow)
            violations.Add("seen_policy", $"is no known policy: {(int)message.SeenPolicy}");
        var timeMs = violations.Time("request_time", message.RequestTime);
        if (timeMs is { } time && Math.Abs(time - nowMs) > MaxRequestTimeDistanceMs)
            violations.Add("request_time", "must be at most a year from now");
        return new ListRequest
        {
            Namespace = ns,
            UserIds = [.. message.UserIds],
            Placement = message.Placement,
            PageSize = violations.RankedPageSize(message.PageSize),
            PageToken = message.PageToken,
            SeenPolicy = (SeenPolicy)message.SeenPolicy,
            IncludeItemIds = [.. message.IncludeItemIds],
            ExcludeItemIds = [.. message.ExcludeItemIds],
            ItemKinds = ReadKinds(message.ItemKinds, violations),
            Filter = FilterMapping.Read("filter", message.Filter, violations),
            MaturityCeiling = ReadCeiling(message.HasMaturityCeiling, message.MaturityCeiling, violations),
            Context = ContextMapping.Read(message.Context, violations),
            RequestTimeMs = timeMs,
            Explain = message.Explain,
            NoPersonalization = message.NoPersonalization,
        };
    }

    public static PlainListRequest Read(V1.ListSimilarItemsRequest message, string ns, FieldViolations violations)
    {
        violations.Id("item_id", message.ItemId);
        violations.Id("page_token", message.PageToken, required: false, maxBytes: FieldRules.MaxPageTokenBytes);
        return new PlainListRequest
        {
            Namespace = ns,
            ItemId = message.ItemId,
            PageSize = violations.RankedPageSize(message.PageSize) is > 0 and var size ? size : DefaultPageSize,
            PageToken = message.PageToken,
            ItemKinds = ReadKinds(message.ItemKinds, violations),
            Filter = FilterMapping.Read("filter", message.Filter, violations),
            MaturityCeiling = ReadCeiling(message.HasMaturityCeiling, message.MaturityCeiling, violations),
            Context = ContextMapping.Read(message.Context, violations),
        };
    }

    public static PlainListRequest Read(V1.ListTrendingItemsRequest message, string ns, FieldViolations violations)
    {
        violations.Id("page_token", message.PageToken, required: false, maxBytes: FieldRules.MaxPageTokenBytes);
        return new PlainListRequest
        {
            Namespace = ns,
            PageSize = violations.RankedPageSize(message.PageSize) is > 0 and var size ? size : DefaultPageSize,
            PageToken = message.PageToken,
            ItemKinds = ReadKinds(message.ItemKinds, violations),
            Filter = FilterMapping.Read("filter", message.Filter, violations),
            MaturityCeiling = ReadCeiling(message.HasMaturityCeiling, message.MaturityCeiling, violations),
            Context = ContextMapping.Read(message.Context, violations),
        };
    }

    public static V1.RecommendationList Write(RankedList list)
    {
        var message = new V1.RecommendationList
        {
            RecommendationId = list.RecommendationId,
            Placement = list.Request.Placement,
            NextPageToken = list.NextPageToken,
            ModelVersion = list.ModelVersion,
            Personalized = list.Personalized,
            Degraded = list.DegradedReason.Length > 0,
            DegradedReason = list.DegradedReason,
            CreateTime = Times.ToTimestamp(list.CreateTimeMs),
            StateRevision = list.StateRevision,
            ExperimentId = list.ExperimentId,
            Variant = list.Variant,
        };
        message.UserIds.AddRange(list.Request.UserIds);
        Write(list.Items, message.Items);
        return message;
    }

    public static void Write(IReadOnlyList<RankedItem> items, RepeatedField<V1.RecommendedItem> target)
    {
        target.Capacity = items.Count;
        foreach (var item in items)
        {
            var message = new V1.RecommendedItem
            {
                ItemId = item.ItemId,
                Position = item.Position,
                Score = item.Score,
                Propensity = item.Propensity,
                Title = item.Title,
            };
            foreach (var reason in item.Reasons)
            {
                message.Reasons.Add(new V1.Reason
                {
                    Source = (V1.CandidateSource)reason.Source,
                    Score = reason.Score,
                    BecauseItemId = reason.BecauseItemId,
                    Similarity = reason.Similarity,
                    Kind = (V1.ReasonKind)reason.Kind,
                    PlayCount = reason.PlayCount,
                    Time = Times.ToTimestamp(reason.TimeMs),
                });
            }

            if (item.Progress is { } progress)
            {
                message.Progress = new V1.PlayedProgress
                {
                    PlayedShare = progress.Share,
                    Position = progress.PositionMs is { } position ? Times.ToDuration(position) : null,
                    PlayTime = Times.ToTimestamp(progress.TimeMs),
                    Open = progress.IsOpen,
                };
            }

            foreach (var score in item.SourceScores)
                message.SourceScores.Add(new V1.SourceScore { Source = (V1.CandidateSource)score.Source, Score = score.Score, Place = score.Place, Worth = score.Worth });
            target.Add(message);
        }
    }

    private static void ReadUsers(RepeatedField<string> userIds, FieldViolations violations)
    {
        for (var i = 0; i < userIds.Count; i++)
        {
            violations.Id("user_ids", userIds[i], index: i);
            if (userIds.IndexOf(userIds[i]) < i) violations.Add("user_ids", i, "is given twice");
        }
    }

    private static void ReadItemIds(string field, RepeatedField<string> itemIds, FieldViolations violations)
    {
        if (!violations.Count(field, itemIds.Count, MaxItemIds)) return;
        for (var i = 0; i < itemIds.Count; i++) violations.Id(field, itemIds[i], index: i);
    }

    private static List<ItemKind> ReadKinds(RepeatedField<V1.ItemKind> kinds, FieldViolations violations)
    {
        var result = new List<ItemKind>();
        if (!violations.Count("item_kinds", kinds.Count, 100)) return result;
        for (var i = 0; i < kinds.Count; i++)
        {
            if (kinds[i] is > V1.ItemKind.Unspecified and <= V1.ItemKind.Other) result.Add((ItemKind)kinds[i]);
            else violations.Add("item_kinds", i, string.Create(CultureInfo.InvariantCulture, $"is no known item kind: {(int)kinds[i]}"));
        }

        return result;
    }

    private static int? ReadCeiling(bool given, int years, FieldViolations violations)
    {
        if (!given) return null;
        violations.Range("maturity_ceiling", years, 0, FieldRules.MaxYears);
        return years;
    }
}
