namespace Recsys.Serving.Lists;

/// <summary>One place in a list.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Position">From 0.</param>
/// <param name="Score">Higher is better.</param>
/// <param name="Propensity">(0, 1].</param>
/// <param name="Title">In the context's locale; may be empty.</param>
/// <param name="Reasons">Strongest first.</param>
public sealed record RankedItem(string ItemId, int Position, double Score, double Propensity, string Title, IReadOnlyList<ListReason> Reasons)
{
    /// <summary>What every source says, where that was asked for.</summary>
    public IReadOnlyList<SourceScore> SourceScores { get; init; } = [];

    /// <summary>On a shelf of what is underway: how far it's played.</summary>
    public PlayedProgress? Progress { get; init; }
}
