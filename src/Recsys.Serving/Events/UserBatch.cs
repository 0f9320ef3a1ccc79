using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>The waiting events of one user, which become one commit.</summary>
internal sealed class UserBatch(UserKey user)
{
    public UserKey User => user;

    /// <summary>The events, in the order in which they came.</summary>
    public List<MailboxEntry> Entries { get; } = [];

    /// <summary>Hash of each event's id for the duplicate window; 0: not tracked.</summary>
    public List<ulong> Hashes { get; } = [];

    /// <summary>What will be answered if the commit succeeds, one an event.</summary>
    public List<EventOutcome> Outcomes { get; } = [];

    /// <summary>How often another process was faster.</summary>
    public int Conflicts { get; set; }

    /// <summary>The same user's batch without the answers of an attempt that failed.</summary>
    public void Reset() => Outcomes.Clear();

    public void Add(in MailboxEntry entry)
    {
        var e = entry.Write!.Events[entry.Index];
        Entries.Add(entry);

        // A heart-beat is idempotent by nature: it needs no place among the 1,000 that the window holds.
        Hashes.Add(e.Type == WatchEventType.PlayProgress ? 0 : EventIdHash.Of(e.EventId));
    }

    public void Settle(int index, EventOutcome outcome) => Entries[index].Write!.Settle(Entries[index].Index, outcome);

    public void SettleAll(EventOutcome outcome)
    {
        for (var i = 0; i < Entries.Count; i++) Settle(i, outcome);
    }

    public void SettleAll()
    {
        for (var i = 0; i < Entries.Count; i++) Settle(i, Outcomes[i]);
    }
}
