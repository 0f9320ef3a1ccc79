namespace Recsys.Serving;

/// <summary>A call that the engine can't carry out, in a form that a boundary can map to its own errors.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Says what kind of error it is, its stable reason (UPPER_SNAKE_CASE) and, for people, what was wrong and what was expected.</summary>
    public EngineException(EngineErrorKind kind, string reason, string message, string field = "", Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        Reason = reason;
        Field = field;
    }

    /// <summary>The kind of error.</summary>
    public EngineErrorKind Kind { get; }

    /// <summary>A stable name for programs, e.g. ITEM_NOT_FOUND.</summary>
    public string Reason { get; }

    /// <summary>The request's field that is at fault in proto spelling, e.g. "page_token"; empty where there is none.</summary>
    public string Field { get; }
}
