namespace Recsys.Storage;

/// <summary>Documents that changed.</summary>
/// <param name="Changes">In the order of their revisions within a namespace.</param>
/// <param name="Next">Where the next page begins.</param>
public sealed record ChangePage(IReadOnlyList<DocumentChange> Changes, ChangeCursor Next);
