using System.Collections.Immutable;

namespace Recsys.Serving.Replicas;

/// <summary>What a replica says of itself.</summary>
/// <param name="BeatMs">When it was last heard of, Unix ms.</param>
/// <param name="Ready">The model that it can switch to, by namespace.</param>
/// <param name="Placements">The revision up to which it has taken changes of placements over, by namespace; null: it's of a version without placements.</param>
/// <param name="Experiments">Likewise, of experiments.</param>
/// <param name="Items">Likewise, of items.</param>
internal sealed record ReplicaRecord(
    long BeatMs,
    Dictionary<string, string> Ready,
    ImmutableDictionary<string, long>? Placements,
    ImmutableDictionary<string, long>? Experiments = null,
    ImmutableDictionary<string, long>? Items = null);
