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
}
