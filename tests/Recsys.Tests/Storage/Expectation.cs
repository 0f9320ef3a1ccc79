namespace Recsys.Tests.Storage;

/// <summary>Which revision a random write expects.</summary>
internal enum Expectation
{
    /// <summary>The stored one.</summary>
    Current,

    /// <summary>None is stored.</summary>
    None,

    /// <summary>One before the stored one; 1 where none is stored.</summary>
    Stale,

    /// <summary>Whatever is stored.</summary>
    Any,
}
