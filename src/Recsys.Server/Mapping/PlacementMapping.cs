using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Recsys.Inference.Ranker;
using Recsys.Server.Validation;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;

namespace Recsys.Server.Mapping;

/// <summary>
/// Placements. On their way in, what the engine's record can't hold is reported here: ids, texts, times, and lists of far more entries than are allowed. The rest is up to
/// <see cref="PlacementRegistry.Check"/>.
/// </summary>
internal static class PlacementMapping
{
    // Of filters: how long they may be is a rule.
    private const int AnyLength = int.MaxValue;

    /// <summary>Maps a placement; with violations the result must not be used.</summary>
    public static Placement Read(V1.Placement message, FieldViolations violations)
    {
        violations.Id("placement_id", message.PlacementId);
        violations.Id("title_key", message.TitleKey, required: false, maxBytes: PlacementLimits.TitleKeyBytes);
        violations.Text("filter", message.Filter, AnyLength);
        return new Placement
        {
            PlacementId = message.PlacementId,
            TitleKey = message.TitleKey,
            Sources = Entries("sources", message.Sources, PlacementLimits.Sources, violations, static (source, _, _) => ReadSource(source)),
            Filter = message.Filter,
            Seen = message.Seen is { } seen ? new(Known(seen.Policy), seen.Days) : default,
            Diversity = message.Diversity,
            Caps = Entries("caps", message.Caps, PlacementLimits.Caps, violations, static (cap, _, _) => new PlacementCap(cap.Attribute, cap.MaxItems, cap.Window)),
            Pins = Entries("pins", message.Pins, PlacementLimits.Pins, violations, ReadPin),
            Boosts = Entries("boosts", message.Boosts, PlacementLimits.Boosts, violations, ReadBoost),
            Exploration = message.Exploration,
            FrequencyCap = message.FrequencyCap is { } cap ? ReadFrequency(cap) : null,
            PageSize = message.PageSize,
            RankingObjective = message.RankingObjective is V1.PlacementObjective.Unspecified ? RankingObjective.Play : (RankingObjective)(message.RankingObjective - 1),
        };
    }

    public static V1.Placement Write(VersionedPlacement versioned)
    {
        var placement = versioned.Placement;
        var message = new V1.Placement
        {
            PlacementId = placement.PlacementId,
            TitleKey = placement.TitleKey,
            Filter = placement.Filter,
            Seen = placement.Seen == default ? null : new V1.PlacementSeen { Policy = (V1.PlacementSeenPolicy)placement.Seen.Policy, Days = placement.Seen.Days },
            Diversity = placement.Diversity,
            Exploration = placement.Exploration,
            PageSize = placement.PageSize,
            RankingObjective = placement.RankingObjective == RankingObjective.Play ? V1.PlacementObjective.Unspecified : (V1.PlacementObjective)(placement.RankingObjective + 1),
            Etag = versioned.Etag,
            Version = placement.Version,
            CreateTime = Times.ToTimestamp(placement.CreateTimeMs),
            UpdateTime = Times.ToTimestamp(placement.UpdateTimeMs),
        };
        if (placement.FrequencyCap is { } frequency)
        {
            message.FrequencyCap = new V1.PlacementFrequencyCap
            {
                MaxImpressions = frequency.MaxImpressions,
                Lists = frequency.Lists,
                Period = frequency.PeriodMs == 0 ? null : Times.ToDuration(frequency.PeriodMs),
            };
        }

        message.Sources.AddRange(placement.Sources.Select(WriteSource));
        message.Caps.AddRange(placement.Caps.Select(cap => new V1.PlacementCap { Attribute = cap.Attribute, MaxItems = cap.MaxItems, Window = cap.Window }));
        message.Pins.AddRange(placement.Pins.Select(pin => new V1.PlacementPin
        {
            ItemId = pin.ItemId,
            Position = pin.Position,
            StartTime = Times.ToTimestamp(pin.Period.StartMs),
            EndTime = Times.ToTimestamp(pin.Period.EndMs),
        }));
        message.Boosts.AddRange(placement.Boosts.Select(boost => new V1.PlacementBoost
        {
            Filter = boost.Filter,
            ItemIds = { boost.ItemIds },
            Factor = boost.Factor,
            StartTime = Times.ToTimestamp(boost.Period.StartMs),
            EndTime = Times.ToTimestamp(boost.Period.EndMs),
        }));
        return message;
    }

    public static V1.PlacementVersion Write(PlacementVersion version) => new()
    {
        Version = version.Version,
        Change = (V1.PlacementChange)version.Change,
        ChangeTime = Times.ToTimestamp(version.ChangeTimeMs),
        ApiKeyId = version.ApiKeyId,
        RolledBackVersion = version.RolledBackVersion,
        ChangedFields = { version.ChangedFields },
    };

    /// <summary>A source's weight; one that isn't known becomes one that no enum has, which the rules refuse.</summary>
    public static PlacementSource ReadSource(V1.PlacementSource source) => new(
        source.Source is > V1.CandidateSource.Unspecified and <= V1.CandidateSource.Fresh ? (CandidateSource)source.Source : 0, source.HasWeight ? source.Weight : 1);

    public static V1.PlacementSource WriteSource(PlacementSource source) => new() { Source = (V1.CandidateSource)source.Source, Weight = source.Weight };

    private static IReadOnlyList<TOut> Entries<TIn, TOut>(
        string field, RepeatedField<TIn> entries, int max, FieldViolations violations, Func<TIn, int, FieldViolations, TOut> read)
    {
        if (!violations.Count(field, entries.Count, max)) return [];
        var result = new TOut[entries.Count];
        for (var i = 0; i < result.Length; i++) result[i] = read(entries[i], i, violations);
        return result;
    }

    private static PlacementPin ReadPin(V1.PlacementPin pin, int index, FieldViolations violations)
    {
        violations.Id("pins", pin.ItemId, index: index, leaf: "item_id");
        return new(pin.ItemId, pin.Position, ReadPeriod("pins", index, pin.StartTime, pin.EndTime, violations));
    }

    private static PlacementBoost ReadBoost(V1.PlacementBoost boost, int index, FieldViolations violations)
    {
        for (var i = 0; i < boost.ItemIds.Count && boost.ItemIds.Count <= PlacementLimits.BoostItems; i++)
            violations.Id("boosts", boost.ItemIds[i], index: index, leaf: $"item_ids[{i}]");
        violations.Text("boosts", boost.Filter, AnyLength, index, "filter");
        return new(boost.Filter, [.. boost.ItemIds], boost.Factor, ReadPeriod("boosts", index, boost.StartTime, boost.EndTime, violations));
    }

    private static PlacementPeriod ReadPeriod(string field, int index, Timestamp? start, Timestamp? end, FieldViolations violations) =>
        new(violations.Time(field, start, index, "start_time"), violations.Time(field, end, index, "end_time"));

    private static PlacementFrequencyCap ReadFrequency(V1.PlacementFrequencyCap cap) =>
        new(cap.MaxImpressions == 0 ? 1 : cap.MaxImpressions, cap.Lists, cap.Period is { } period ? Milliseconds(period) : 0);

    // What is out of range stays so; no time at all isn't asked.
    private static long Milliseconds(Duration duration)
    {
        if (duration.Seconds < 0 || duration.Nanos is < 0 or > 999_999_999 || duration is { Seconds: 0, Nanos: > 0 and < 1_000_000 }) return -1;
        return duration.Seconds > PlacementLimits.FrequencyPeriodMs / 1_000 ? long.MaxValue : (duration.Seconds * 1_000) + (duration.Nanos / 1_000_000);
    }

    // Enum values that aren't known become one that no enum has, which the rules refuse.
    private static PlacementSeenPolicy Known(V1.PlacementSeenPolicy policy) =>
        policy is >= V1.PlacementSeenPolicy.Unspecified and <= V1.PlacementSeenPolicy.Allow ? (PlacementSeenPolicy)policy : (PlacementSeenPolicy)byte.MaxValue;
}
