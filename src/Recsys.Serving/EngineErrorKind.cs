namespace Recsys.Serving;

/// <summary>Kinds of engine errors; each maps to one gRPC status code.</summary>
public enum EngineErrorKind
{
    /// <summary>INVALID_ARGUMENT.</summary>
    InvalidArgument = 1,

    /// <summary>NOT_FOUND.</summary>
    NotFound = 2,

    /// <summary>FAILED_PRECONDITION.</summary>
    FailedPrecondition = 3,

    /// <summary>ABORTED: somebody else changed or is changing it.</summary>
    Aborted = 4,

    /// <summary>RESOURCE_EXHAUSTED: a queue is full; a retry helps.</summary>
    Overloaded = 5,

    /// <summary>UNAVAILABLE: the store is down; a retry helps.</summary>
    Unavailable = 6,
}
