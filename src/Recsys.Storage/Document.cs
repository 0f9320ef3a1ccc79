namespace Recsys.Storage;

/// <summary>A stored document.</summary>
/// <param name="Key">Where.</param>
/// <param name="Revision">Grows with each write of this key and never restarts.</param>
/// <param name="Content">The engine's bytes.</param>
public sealed record Document(DocumentKey Key, long Revision, ReadOnlyMemory<byte> Content);
