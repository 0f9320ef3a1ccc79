namespace Recsys.Storage;

/// <summary>Which log of a user an entry belongs to.</summary>
public enum LogStream
{
    /// <summary>What the user did.</summary>
    Events = 1,

    /// <summary>What the user was shown.</summary>
    Exposures = 2,
}
