namespace Recsys.Serving.Events;

/// <summary>What became of one event to undo.</summary>
public enum UndoOutcome
{
    /// <summary>Taken back now.</summary>
    Undone = 1,

    /// <summary>Had been taken back before.</summary>
    AlreadyUndone = 2,

    /// <summary>The user has no such event.</summary>
    NotFound = 3,
}
