namespace Recsys.Inference.Ranker;

/// <summary>The sources that score all of a model's items from what a user did. The numbers are places in arrays and in artefacts: never renumber.</summary>
public enum ModelSource
{
    /// <summary>The session network with its nearest sessions: what comes next.</summary>
    Session = 0,

    /// <summary>What was watched after and beside the newest interactions (item-to-item rules in order).</summary>
    CoWatched = 1,

    /// <summary>The embedding recommender: long-term taste.</summary>
    Taste = 2,

    /// <summary>Linear item-to-item weights of the whole history, in any order.</summary>
    Linear = 3,

    /// <summary>Items whose vectors are near those of the newest interactions.</summary>
    Similar = 4,
}
