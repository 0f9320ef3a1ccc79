namespace Recsys.Serving.Migration;

/// <summary>How far the target is when a migration begins.</summary>
public enum MigrationState
{
    /// <summary>Empty.</summary>
    New = 1,

    /// <summary>A run before this one ended on its way.</summary>
    Resumed = 2,

    /// <summary>It was completed: nothing is copied any more, since servers may have written to it.</summary>
    Completed = 3,
}
