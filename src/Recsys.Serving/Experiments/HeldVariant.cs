using System.Runtime.CompilerServices;
using Recsys.Serving.Placements;

namespace Recsys.Serving.Experiments;

/// <summary>A variant as lists use it.</summary>
internal sealed class HeldVariant(ExperimentVariant variant)
{
    // One object a configuration, as long as that lives: what is made of a placement (parsed filters) is kept by reference.
    private readonly ConditionalWeakTable<Placement, Placement> _weighted = [];

    public string Name => variant.Name;

    /// <summary>The model that its lists are made by; empty: the live one.</summary>
    public string ModelVersion => variant.ModelVersion;

    /// <summary>The configuration of its lists as of now.</summary>
    public Placement PlacementOf(string ns, string ownPlacement, PlacementRegistry placements)
    {
        var placement = (variant.PlacementId.Length == 0 ? null : placements.Find(ns, variant.PlacementId)) ?? placements.Of(ns, ownPlacement);
        return variant.Sources.Count == 0 ? placement : _weighted.GetValue(placement, own => own with { Sources = variant.Sources });
    }
}
