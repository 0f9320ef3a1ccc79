namespace Recsys.Serving.Lists;

/// <summary>What one source says of one item of a list.</summary>
/// <param name="Source">Which.</param>
/// <param name="Score">In the source's own units.</param>
/// <param name="Place">Place among what it proposed, from 1; 0: it didn't propose the item.</param>
/// <param name="Worth">What it adds to the item's score: how much that would be lower were the source off; 0 where there is no ranker.</param>
public sealed record SourceScore(CandidateSource Source, double Score, int Place, double Worth);
