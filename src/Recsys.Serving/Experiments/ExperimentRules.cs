using Recsys.Serving.Placements;

namespace Recsys.Serving.Experiments;

/// <summary>What recsys.v1.Experiment says of ranges, bounds and contradictions. Finds everything that is wrong at once. Ids and texts are the boundary's to check.</summary>
/// <param name="placements">Those that can be named.</param>
internal sealed class ExperimentRules(PlacementRegistry placements)
{
    // Shares such as three times 1/3 may come out a little above 1.
    private const double MostShares = 1 + 1e-9;

    /// <summary>Everything that is wrong; nothing: the experiment can be stored.</summary>
    public IReadOnlyList<PlacementViolation> Check(string ns, Experiment experiment)
    {
        var findings = new PlacementFindings();
        CheckPlacement(ns, "experiment.placement", experiment.Placement, findings);
        var variants = experiment.Variants;
        if (variants.Count < ExperimentLimits.LeastVariants)
            findings.Add("experiment.variants", FormattableString.Invariant($"holds {variants.Count} entries, at least {ExperimentLimits.LeastVariants} are needed"));
        else if (findings.Count("experiment.variants", variants.Count, ExperimentLimits.Variants)) CheckVariants(ns, experiment, findings);
        return findings.All;
    }

    private void CheckVariants(string ns, Experiment experiment, PlacementFindings findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < experiment.Variants.Count; i++)
        {
            var variant = experiment.Variants[i];
            var field = $"experiment.variants[{i}]";
            if (!names.Add(variant.Name)) findings.Add($"{field}.name", "is given twice");
            if (!(variant.Share is >= ExperimentLimits.LeastShare and <= 1))
                findings.Add($"{field}.share", FormattableString.Invariant($"must be at least {ExperimentLimits.LeastShare}, at most 1, is {variant.Share}"));
            if (variant.PlacementId.Length > 0) CheckPlacement(ns, $"{field}.placement_id", variant.PlacementId, findings);

            // They are those of a placement, and so are their rules.
            foreach (var (path, description) in placements.Check(new Placement { PlacementId = experiment.Placement, Sources = variant.Sources }))
                findings.Add(path.Replace("placement.", $"{field}.", StringComparison.Ordinal), description);
        }

        var sum = experiment.Variants.Sum(variant => variant.Share);
        if (sum > MostShares) findings.Add("experiment.variants", FormattableString.Invariant($"have shares of {sum} together, at most 1 is allowed"));
        if (!names.Contains(experiment.Control)) findings.Add("experiment.control", experiment.Control.Length == 0 ? "is required" : "is the name of no variant");
    }

    private void CheckPlacement(string ns, string field, string placementId, PlacementFindings findings)
    {
        if (placements.Find(ns, placementId) is null) findings.Add(field, "is no placement that the server holds");
    }
}
