namespace Recsys.Serving.Migration;

/// <summary>A migration can't begin or go on, and a retry doesn't help.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>Says what is in the way.</summary>
    public MigrationException(string message) : base(message)
    {
    }

    /// <summary>A user's record changed between reading and writing: by somebody else, or by a commit of ours whose answer was lost.</summary>
    internal bool IsConflict { get; init; }
}
