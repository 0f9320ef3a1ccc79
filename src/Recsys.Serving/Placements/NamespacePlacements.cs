using System.Collections.Immutable;

namespace Recsys.Serving.Placements;

/// <summary>The placements of a namespace as a replica uses them; immutable.</summary>
internal sealed class NamespacePlacements
{
    private readonly ImmutableDictionary<string, PlacementEntry> _entries;
    private readonly Dictionary<string, Placement> _live;
    private readonly Placement _default;

    private NamespacePlacements(ImmutableDictionary<string, PlacementEntry> entries)
    {
        _entries = entries;
        _live = entries.Where(entry => entry.Value.Live is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Live!.Placement, StringComparer.Ordinal);
        _default = _live.GetValueOrDefault(Placement.DefaultId, Placement.Default);
    }

    public static NamespacePlacements Empty { get; } = new(ImmutableDictionary.Create<string, PlacementEntry>(StringComparer.Ordinal));

    public int LiveCount => _live.Count;

    /// <summary>How many deleted ones are remembered.</summary>
    public int DeletedCount => _entries.Count - _live.Count;

    public IEnumerable<VersionedPlacement> Live => _entries.Values.Where(entry => entry.Live is not null).Select(entry => entry.Live!);

    public Placement Find(string placementId) => _live.GetValueOrDefault(placementId, _default);

    public Placement? Own(string placementId) => _live.GetValueOrDefault(placementId);

    public (string PlacementId, PlacementEntry Entry) OldestDeleted() =>
        _entries.Where(entry => entry.Value.Live is null).Select(entry => (entry.Key, entry.Value)).MinBy(entry => entry.Value.Revision);

    /// <summary>With what is known of some placements; what is older than what is held changes nothing. Null: forgotten, which only a deleted one can be.</summary>
    public NamespacePlacements With(IEnumerable<KeyValuePair<string, PlacementEntry?>> changes)
    {
        var entries = _entries.ToBuilder();
        foreach (var (placementId, entry) in changes)
        {
            var held = entries.GetValueOrDefault(placementId);
            if (entry is not null && (held is null || entry.Revision > held.Revision)) entries[placementId] = entry;
            else if (entry is null && held is { Live: null }) entries.Remove(placementId);
        }

        return new(entries.ToImmutable());
    }
}
