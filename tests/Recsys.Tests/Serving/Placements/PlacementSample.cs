using Recsys.Inference.Ranker;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;

namespace Recsys.Tests.Serving.Placements;

/// <summary>Placements to start from.</summary>
internal static class PlacementSample
{
    /// <summary>A placement with everything that one can have, within the rules.</summary>
    public static Placement Full(string id = "home") => new()
    {
        PlacementId = id,
        TitleKey = "shelf.home",
        Sources = [new(CandidateSource.Taste, 2), new(CandidateSource.Fresh, 0)],
        Filter = "kind = 'film'",
        Seen = new(PlacementSeenPolicy.AfterDays, 30),
        Diversity = 0.3,
        Caps = [new("genres", 3, 10), new("genres", 1, 2), new("attributes.studio", 2, 0)],
        Pins = [new("ünïcode\"", 0, new(1_000, 2_000)), new("b", 0, new(2_000, null)), new("ünïcode\"", 499, new(null, 1_000))],
        Boosts = [new("price < 5", [], 2, default), new("", ["a", "b"], 0.5, new(5, 6))],
        Exploration = 0.05,
        RankingObjective = RankingObjective.Completion,
        FrequencyCap = new(3, 10, 86_400_000),
        PageSize = 30,
    };

    /// <summary>A placement of this title.</summary>
    public static Placement Titled(string id, string title) => new() { PlacementId = id, TitleKey = title };
}
