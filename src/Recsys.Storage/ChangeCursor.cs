using System.Collections.Immutable;

namespace Recsys.Storage;

/// <summary>Up to where changes of a collection were read. Valid within the process. Default: nothing was read yet.</summary>
/// <param name="Revisions">The greatest revision seen, by namespace; null: nothing was read yet.</param>
public readonly record struct ChangeCursor(ImmutableDictionary<string, long>? Revisions);
