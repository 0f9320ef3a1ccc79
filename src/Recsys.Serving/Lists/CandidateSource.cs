namespace Recsys.Serving.Lists;

/// <summary>Where a candidate came from; numbers as in recsys.v1.CandidateSource.</summary>
public enum CandidateSource : byte
{
    /// <summary>The session network.</summary>
    Session = 1,

    /// <summary>Popularity in the model's training data.</summary>
    Popular = 2,

    /// <summary>Played by many now.</summary>
    Trending = 3,

    /// <summary>The embedding recommender: long-term taste.</summary>
    Taste = 4,

    /// <summary>Linear item-to-item weights of the whole history.</summary>
    Linear = 5,

    /// <summary>Like the newest interactions.</summary>
    Similar = 6,

    /// <summary>Watched after or beside the newest interactions.</summary>
    CoWatched = 7,

    /// <summary>New in the catalogue.</summary>
    Fresh = 8,
}
