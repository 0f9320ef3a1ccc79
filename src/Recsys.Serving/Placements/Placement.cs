using System.Text.Json.Serialization;
using Recsys.Inference.Ranker;
using Recsys.Serving.Lists;

namespace Recsys.Serving.Placements;

/// <summary>
/// The configuration of a placement; the fields are those of recsys.v1.Placement, whose names they have. Immutable, and the same object until it's changed: what is made of it once
/// (such as parsed filters) can be kept by reference. Stored as JSON.
/// </summary>
public sealed record Placement
{
    /// <summary>The id whose configuration holds for every placement that has none of its own.</summary>
    public const string DefaultId = "default";

    /// <summary>What holds where nothing is configured: every source, no rules.</summary>
    public static Placement Default { get; } = new() { PlacementId = DefaultId };

    /// <summary>Its id.</summary>
    public required string PlacementId { get; init; }

    /// <summary>By which an app finds the shelf's title; may be empty.</summary>
    public string TitleKey { get; init; } = "";

    /// <summary>Weights of sources; see <see cref="WeightOf"/>.</summary>
    public IReadOnlyList<PlacementSource> Sources { get; init; } = [];

    /// <summary>Only items that it lets through compete; empty: all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>What to do with items that the user has already interacted with.</summary>
    public PlacementSeen Seen { get; init; }

    /// <summary>Share of maximal marginal relevance, 0 (none) to 1.</summary>
    public double Diversity { get; init; }

    /// <summary>Caps.</summary>
    public IReadOnlyList<PlacementCap> Caps { get; init; } = [];

    /// <summary>Pins.</summary>
    public IReadOnlyList<PlacementPin> Pins { get; init; } = [];

    /// <summary>Boosts and burials.</summary>
    public IReadOnlyList<PlacementBoost> Boosts { get; init; } = [];

    /// <summary>Share of places that are given to chance, 0 to 0.5.</summary>
    public double Exploration { get; init; }

    /// <summary>Null: none.</summary>
    public PlacementFrequencyCap? FrequencyCap { get; init; }

    /// <summary>For requests that name none, 1 to 500; 0: the server's default.</summary>
    public int PageSize { get; init; }

    /// <summary>What lists are ranked for.</summary>
    public RankingObjective RankingObjective { get; init; }

    /// <summary>Counts up from 1 with each change; 0: <see cref="Default"/>, or not stored yet.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>When it was created, Unix ms.</summary>
    [JsonIgnore]
    public long CreateTimeMs { get; init; }

    /// <summary>When it was changed, Unix ms.</summary>
    [JsonIgnore]
    public long UpdateTimeMs { get; init; }

    /// <summary>How much a source counts: 1 where it isn't named, 0 where it's switched off.</summary>
    public double WeightOf(CandidateSource source)
    {
        for (var i = 0; i < Sources.Count; i++)
        {
            if (Sources[i].Source == source) return Sources[i].Weight;
        }

        return 1;
    }
}
