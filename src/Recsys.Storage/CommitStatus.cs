namespace Recsys.Storage;

/// <summary>Whether a commit took place.</summary>
public enum CommitStatus
{
    /// <summary>It's stored.</summary>
    Committed = 1,

    /// <summary>The stored revision was another one; nothing changed.</summary>
    Conflict = 2,

    /// <summary>The part of the store that holds the user didn't answer, while others did: whether it's stored isn't known.</summary>
    Unavailable = 3,
}
