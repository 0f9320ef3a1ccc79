namespace Recsys.Serving.Shelves;

/// <summary>The shelves of a screen.</summary>
/// <param name="Shelves">In the order of the request.</param>
/// <param name="DegradedReason">What is down; empty: nothing.</param>
public sealed record ShelvesAnswer(IReadOnlyList<Shelf> Shelves, string DegradedReason);
