namespace Recsys.Storage;

/// <summary>How far the duplicate window of a user reaches, in every store.</summary>
public static class DuplicateWindowRules
{
    /// <summary>So many of the user's newest events that have a hash.</summary>
    public const int MaxCount = 1000;

    /// <summary>How long a hash counts, in milliseconds.</summary>
    public const long DurationMs = 24 * 60 * 60 * 1000;
}
