namespace Recsys.Serving.Replicas;

/// <summary>What a replica says of itself.</summary>
/// <param name="BeatMs">When it was last heard of, Unix ms.</param>
/// <param name="Ready">The model that it can switch to, by namespace.</param>
internal sealed record ReplicaRecord(long BeatMs, Dictionary<string, string> Ready);
