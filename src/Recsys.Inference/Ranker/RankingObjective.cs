namespace Recsys.Inference.Ranker;

/// <summary>What lists are ranked for. The numbers are stored in placements: never renumber.</summary>
public enum RankingObjective
{
    /// <summary>That something of the list is played.</summary>
    Play = 0,

    /// <summary>That something of the list is played and completed.</summary>
    Completion = 1,

    /// <summary>How long what is played of the list is played.</summary>
    PlayedTime = 2,
}
