using Recsys.Serving.Events;

namespace Recsys.Serving.Models;

/// <summary>An event on its way to its user's history.</summary>
/// <param name="User">The user's place in the order of users.</param>
/// <param name="Sequence">The event's place in the commit sequence.</param>
/// <param name="Event">The event.</param>
internal readonly record struct SpilledEvent(int User, long Sequence, FoldEvent Event) : IComparable<SpilledEvent>
{
    /// <summary>By user, then in the order that events are folded in: by time, then by commit.</summary>
    public int CompareTo(SpilledEvent other)
    {
        if (User != other.User) return User.CompareTo(other.User);
        return Event.TimeMs != other.Event.TimeMs ? Event.TimeMs.CompareTo(other.Event.TimeMs) : Sequence.CompareTo(other.Sequence);
    }
}
