using Recsys.Serving.Filters;
using Recsys.Serving.Lists;

namespace Recsys.Serving.Placements;

/// <summary>
/// What recsys.v1.Placement says of ranges, bounds and contradictions. Finds everything that is wrong at once. Ids and texts are the boundary's to check, as everywhere.
/// </summary>
/// <param name="readFilter">The terms of a filter's text (<see cref="ItemFilter.Terms"/>), and what is wrong with it and at which character; null: nothing.</param>
internal sealed class PlacementRules(Func<string, (int Terms, string? Fault)> readFilter)
{
    /// <summary>Filters are those of docs/filters.md.</summary>
    public static PlacementRules Default { get; } = new(Read);

    /// <summary>Everything that is wrong, at most <see cref="PlacementFindings.MaxReported"/> of it; nothing: the placement can be stored.</summary>
    public IReadOnlyList<PlacementViolation> Check(Placement placement)
    {
        var findings = new PlacementFindings();
        CheckSources(placement.Sources, findings);
        var terms = CheckFilter("placement.filter", placement.Filter, findings);
        CheckSeen(placement.Seen, findings);
        findings.Range("placement.diversity", placement.Diversity, 0, 1);
        CheckCaps(placement.Caps, findings);
        PinRules.Check(placement.Pins, findings);
        CheckBoosts(placement.Boosts, terms, findings);
        if (placement.Exploration is not (0 or (>= PlacementLimits.LeastExploration and <= PlacementLimits.Exploration)))
            findings.Add("placement.exploration", FormattableString.Invariant($"must be 0, or {PlacementLimits.LeastExploration} to {PlacementLimits.Exploration}, is {placement.Exploration}"));
        CheckFrequency(placement.FrequencyCap, findings);
        if (!Enum.IsDefined(placement.RankingObjective)) findings.Add("placement.ranking_objective", "is no known objective");
        if (placement.PageSize != 0) findings.Range("placement.page_size", placement.PageSize, 1, PlacementLimits.Places);
        if (PlacementDocument.SizeOf(placement) is var size && size > PlacementLimits.DocumentBytes)
            findings.Add("placement", FormattableString.Invariant($"takes {size} bytes as JSON, at most {PlacementLimits.DocumentBytes} are allowed"));
        return findings.All;
    }

    private static void CheckSources(IReadOnlyList<PlacementSource> sources, PlacementFindings findings)
    {
        if (!findings.Count("placement.sources", sources.Count, PlacementLimits.Sources)) return;
        var off = new HashSet<CandidateSource>();
        var named = new HashSet<CandidateSource>();
        for (var i = 0; i < sources.Count; i++)
        {
            var (source, weight) = sources[i];
            if (!Enum.IsDefined(source)) findings.Add($"placement.sources[{i}].source", "is no known source");
            else if (!named.Add(source)) findings.Add($"placement.sources[{i}].source", "is named twice");
            else if (weight == 0) off.Add(source);
            findings.Range($"placement.sources[{i}].weight", weight, 0, PlacementLimits.Factor);
        }

        if (off.Count == Enum.GetValues<CandidateSource>().Length) findings.Add("placement.sources", "must not all be switched off");
    }

    private static void CheckSeen(PlacementSeen seen, PlacementFindings findings)
    {
        if (!Enum.IsDefined(seen.Policy)) findings.Add("placement.seen.policy", "is no known policy");
        else if (seen.Policy == PlacementSeenPolicy.AfterDays) findings.Range("placement.seen.days", seen.Days, 1, PlacementLimits.SeenDays);
        else if (seen.Days != 0) findings.Add("placement.seen.days", "goes with AFTER_DAYS only");
    }

    private static void CheckCaps(IReadOnlyList<PlacementCap> caps, PlacementFindings findings)
    {
        if (!findings.Count("placement.caps", caps.Count, PlacementLimits.Caps)) return;
        var known = new Dictionary<(string, int), int>();
        for (var i = 0; i < caps.Count; i++)
        {
            var cap = caps[i];
            if (cap.Kind() == PlacementCapKind.Unknown) findings.Add($"placement.caps[{i}].attribute", "must be genres, tags, creators, kind, parent or attributes.NAME");
            else if (!known.TryAdd((cap.Attribute, cap.Window), i))
                findings.Add($"placement.caps[{i}].attribute", $"is capped by caps[{known[(cap.Attribute, cap.Window)]}] within the same window already");
            findings.Range($"placement.caps[{i}].max_items", cap.MaxItems, 1, PlacementLimits.Places);
            if (cap.Window != 0) findings.Range($"placement.caps[{i}].window", cap.Window, 1, PlacementLimits.Places);
        }
    }

    private static void CheckFrequency(PlacementFrequencyCap? cap, PlacementFindings findings)
    {
        if (cap is null) return;
        findings.Range("placement.frequency_cap.max_impressions", cap.MaxImpressions, 1, PlacementLimits.Impressions);
        if (cap.Lists != 0) findings.Range("placement.frequency_cap.lists", cap.Lists, 1, PlacementLimits.Impressions);
        if (cap.PeriodMs is < 0 or > PlacementLimits.FrequencyPeriodMs) findings.Add("placement.frequency_cap.period", "must be 0.001 s to 365 days");
        if (cap is { Lists: 0, PeriodMs: 0 }) findings.Add("placement.frequency_cap", "needs lists, period or both");
    }

    /// <summary>Returns the filter's terms.</summary>
    private int CheckFilter(string field, string filter, PlacementFindings findings)
    {
        if (filter.Length == 0) return 0;
        if (System.Text.Encoding.UTF8.GetByteCount(filter) > PlacementLimits.FilterBytes)
        {
            findings.Add(field, FormattableString.Invariant($"must be at most {PlacementLimits.FilterBytes} bytes of UTF-8, is longer"));
            return 0;
        }

        var (terms, fault) = readFilter(filter);
        if (fault is not null) findings.Add(field, fault);
        return terms;
    }

    private static (int Terms, string? Fault) Read(string filter)
    {
        try
        {
            return (FilterParser.Parse(filter).Terms, null);
        }
        catch (FilterSyntaxException exception)
        {
            return (0, exception.Message);
        }
    }

    /// <param name="boosts">The boosts.</param>
    /// <param name="terms">Those of the placement's own filter.</param>
    /// <param name="findings">Receives what is wrong.</param>
    private void CheckBoosts(IReadOnlyList<PlacementBoost> boosts, int terms, PlacementFindings findings)
    {
        if (!findings.Count("placement.boosts", boosts.Count, PlacementLimits.Boosts)) return;
        for (var i = 0; i < boosts.Count && !findings.AreMany; i++)
        {
            var boost = boosts[i];
            var field = $"placement.boosts[{i}]";
            if (boost.Filter.Length > 0 == boost.ItemIds.Count > 0) findings.Add(field, "needs either filter or item_ids");
            var before = terms;
            terms += CheckFilter($"{field}.filter", boost.Filter, findings);
            if (before <= PlacementLimits.FilterTerms && terms > PlacementLimits.FilterTerms)
            {
                findings.Add($"{field}.filter", FormattableString.Invariant(
                    $"brings all filters of the placement to {terms} values, HAS and available_in, at most {PlacementLimits.FilterTerms} are allowed: IN is one test, but counts each value"));
            }

            if (findings.Count($"{field}.item_ids", boost.ItemIds.Count, PlacementLimits.BoostItems)) CheckDistinct(field, boost.ItemIds, findings);
            if (!(boost.Factor > 0 && boost.Factor <= PlacementLimits.Factor))
                findings.Add($"{field}.factor", FormattableString.Invariant($"must be above 0, at most {PlacementLimits.Factor}, is {boost.Factor}"));
            findings.Period(field, boost.Period);
        }
    }

    private static void CheckDistinct(string field, IReadOnlyList<string> itemIds, PlacementFindings findings)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < itemIds.Count; i++)
        {
            if (!known.Add(itemIds[i])) findings.Add($"{field}.item_ids[{i}]", "is given twice");
        }
    }
}
