namespace Recsys.Serving.Lists;

/// <summary>One place of a snapshot.</summary>
/// <param name="Item">Item number.</param>
/// <param name="Score">By which it is here.</param>
/// <param name="Sources">The set of sources that proposed it (<see cref="CandidateSources.Bit"/>); none: the catalogue.</param>
/// <param name="Main">The one that says most for it; 0: none.</param>
/// <param name="MainScore">What that one says, in its own units.</param>
internal readonly record struct SnapshotEntry(uint Item, float Score, byte Sources, CandidateSource Main, float MainScore)
{
    /// <summary>The probability with which it was put in this place, (0, 1].</summary>
    public float Propensity { get; init; } = 1;
}
