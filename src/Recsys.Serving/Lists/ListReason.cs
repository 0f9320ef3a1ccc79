namespace Recsys.Serving.Lists;

/// <summary>Why an item is in a list.</summary>
/// <param name="Source">Which source put it forward.</param>
/// <param name="Score">The source's own score; 0 of those after the first.</param>
/// <param name="BecauseItemId">The nearest of the user's latest interactions, of a fresh item the nearest that the model knows; empty: none.</param>
/// <param name="Similarity">The cosine of the two items' vectors, or attributes.</param>
public sealed record ListReason(CandidateSource Source, double Score, string BecauseItemId = "", double Similarity = 0);
