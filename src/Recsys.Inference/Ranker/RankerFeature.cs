namespace Recsys.Inference.Ranker;

/// <summary>What the ranker sees of a candidate, in the order of its columns. Artefacts name theirs, so that a later version may add some.</summary>
public enum RankerFeature
{
    /// <summary>Logarithm of the probability that the session network gives the item among all items.</summary>
    Session = 0,

    /// <summary>What the item-to-item rules add to the network's logit.</summary>
    CoWatched = 1,

    /// <summary>Product of the user's and the item's taste vectors.</summary>
    Taste = 2,

    /// <summary>Sum of the linear weights from the history to the item.</summary>
    Linear = 3,

    /// <summary>Cosine to the newest interactions, newer ones counting more.</summary>
    Similar = 4,

    /// <summary>1 / (1 + place among the items that the session source proposes); 0 where it doesn't.</summary>
    SessionRank = 5,

    /// <summary>The same of co-watched items.</summary>
    CoWatchedRank = 6,

    /// <summary>The same of taste.</summary>
    TasteRank = 7,

    /// <summary>The same of linear weights.</summary>
    LinearRank = 8,

    /// <summary>The same of similar items.</summary>
    SimilarRank = 9,

    /// <summary>log(1 + interactions with the item in the training data).</summary>
    Popularity = 10,

    /// <summary>log(1 + the item's decayed count at the moment of the list).</summary>
    Trending = 11,

    /// <summary>log(1 + the same of a count that halves thirty times more slowly): what is played these weeks.</summary>
    Lasting = 12,

    /// <summary>log(1 + the user's targets that lists go by).</summary>
    HistoryLength = 13,

    /// <summary>log(1 + days since the item came out).</summary>
    Age = 14,

    /// <summary>How much of the users' newest interactions is of the item's categories (<see cref="ItemFacts.Affinity"/>).</summary>
    CategoryAffinity = 15,

    /// <summary>How much more often the item is played at this time of the week than items are, a logarithm.</summary>
    TimeOfWeek = 16,

    /// <summary>log(1 + hours since the users last did anything).</summary>
    Gap = 17,

    /// <summary>
    /// log(1 + the place in which the item was shown), of exposures. A list that is made has none yet: it's absent, so that what is learned of places explains what was shown and moves no list.
    /// </summary>
    Position = 18,

    /// <summary>
    /// How much the item was wanted lately after the users' newest interactions, a logarithm (<see cref="Recsys.Inference.Ranker.WatchedNext"/>): it goes with <see cref="CoWatched"/>.
    /// </summary>
    WatchedNext = 19,
}
