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

    /// <summary>The profile's country; empty: it has none.</summary>
    public string HomeCountry { get; set; } = "";

    /// <summary>Where the events happened: what the newest that says so says, else the profile's country; empty: unknown.</summary>
    public string Country
    {
        get
        {
            for (var i = Entries.Count - 1; i >= 0; i--)
            {
                if (Entries[i].Write!.Events[Entries[i].Index].Context is { Country.Length: > 0 } context) return context.Country;
            }

            return HomeCountry;
        }
    }

    /// <summary>Whether other processes kept being faster.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Whether every event has been answered.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Answers every event alike, unless they have been answered.</summary>
    public void SettleAll(EventOutcome outcome)
    {
        if (IsSettled) return;
        IsSettled = true;
        foreach (var entry in Entries) entry.Write!.Settle(entry.Index, outcome);
    }

    /// <summary>Answers each event with its own outcome.</summary>
    public void SettleAll()
    {
        IsSettled = true;
        for (var i = 0; i < Entries.Count; i++) Entries[i].Write!.Settle(Entries[i].Index, Outcomes[i]);
    }
}
