namespace Recsys.Serving.Sessions;

/// <summary>
/// What the engine keeps of a user: a pure function of the user's log (the events not undone, in the order of their times, then of their commit). Mutable, but each
/// load makes its own.
/// </summary>
internal sealed class SessionState
{
    /// <summary>States that hold more network slots than this are not valid: the live model's, the next one's, and that of an experiment's variant.</summary>
    public const int MaxSlots = 3;

    /// <summary>The interactions that the networks read, oldest first, in the order (time, commit).</summary>
    public List<Interaction> Ring { get; } = [];

    /// <summary>Plays that are open, in the order in which they began.</summary>
    public List<OpenPlay> OpenPlays { get; } = [];

    /// <summary>Items that the ring has let go.</summary>
    public OlderItems Older { get; } = new();

    /// <summary>Interactions ever.</summary>
    public long InteractionCount { get; set; }

    /// <summary>Time of the newest event folded, Unix ms; -1: none was.</summary>
    public long NewestEventMs { get; set; } = -1;

    /// <summary>
    /// When the user's history began by the server's clock, Unix ms: with the first event, anew with the first after a deletion, and with a reset. Tells a user from one who has the same id later; the
    /// only thing here that isn't the log's. 0: before servers noted it.
    /// </summary>
    public long SinceMs { get; set; }

    /// <summary>Streaming states of models; at most <see cref="MaxSlots"/>.</summary>
    public List<NetworkSlot> Slots { get; } = [];

    /// <summary>Whether nothing was ever folded.</summary>
    public bool IsEmpty => NewestEventMs < 0;
}
