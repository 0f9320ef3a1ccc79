namespace Recsys.Datasets.Demo;

/// <summary>What a user does with a list.</summary>
/// <param name="Events">The events of it, in time order; none: the user looked and played nothing.</param>
/// <param name="PlayedFromList">Whether what was played stood in the list.</param>
/// <param name="WantsMore">Whether the user asks for another list.</param>
/// <param name="EndMs">When the user is through with it, Unix ms.</param>
public sealed record DriftAnswer(IReadOnlyList<DatasetEvent> Events, bool PlayedFromList, bool WantsMore, long EndMs)
{
    /// <summary>Places of the list, from the top, that the user reached.</summary>
    public required int Seen { get; init; }
}
