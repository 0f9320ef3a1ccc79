namespace Recsys.Inference;

/// <summary>What kind of interaction the models see. The numbers are stored in states, training sets and artefacts: never renumber.</summary>
public enum InteractionKind : byte
{
    /// <summary>A closed play; strength is the played fraction.</summary>
    Play = 1,

    /// <summary>A thumbs up.</summary>
    Like = 2,

    /// <summary>A thumbs down. Never a training target.</summary>
    Dislike = 3,

    /// <summary>A rating; strength is rating / rating_max.</summary>
    Rating = 4,

    /// <summary>A purchase.</summary>
    Purchase = 5,

    /// <summary>A share.</summary>
    Share = 6,

    /// <summary>Passed over. Never a training target.</summary>
    Skip = 7,
}
