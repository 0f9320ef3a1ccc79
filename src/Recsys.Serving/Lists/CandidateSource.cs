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

    /// <summary>The user's long-term taste.</summary>
    Taste = 4,

    /// <summary>The linear item-to-item model.</summary>
    Linear = 5,

    /// <summary>Like the user's latest items.</summary>
    Similar = 6,

    /// <summary>Played by those who played the user's latest items.</summary>
    CoWatched = 7,

    /// <summary>Newly published.</summary>
    Fresh = 8,
}
