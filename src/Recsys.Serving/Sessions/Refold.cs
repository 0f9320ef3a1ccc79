using Recsys.Serving.Events;
using Recsys.Storage;

namespace Recsys.Serving.Sessions;

/// <summary>
/// Makes a user's state anew from the log: for late events, undone events, a state that can't be read. All events not undone, in the order (event time, commit sequence), as
/// far as <see cref="FoldRules.RefoldReach"/> goes.
/// <para>Where the log is longer than that, what the known state has from before the oldest entry read is kept as it is, and an event older than that entry stays in the
/// log without moving the state.</para>
/// </summary>
internal sealed class Refold(IRecsysStore store, FoldRules rules)
{
    /// <summary>How many of the newest log entries count.</summary>
    public int Reach => rules.RefoldReach;

    /// <summary>Reads the user's newest log entries, undone ones included, newest first: those within the reach, and one more where there are more.</summary>
    public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(UserKey user, CancellationToken cancellationToken) =>
        store.ReadUserLogAsync(user, LogStream.Events, long.MaxValue, rules.RefoldReach + 1, newestFirst: true, cancellationToken);

    /// <summary>Folds log entries and events that are about to be appended.</summary>
    /// <param name="newestFirst">What <see cref="ReadAsync"/> gave.</param>
    /// <param name="undone">Sequences that count as undone beside those marked; null: none.</param>
    /// <param name="added">Events to be appended behind the log, in their order.</param>
    /// <param name="known">The state so far, for what the reach doesn't cover; null: unreadable.</param>
    /// <param name="closedByAdded">Receives the interactions that the added events closed; null: nobody asks.</param>
    /// <exception cref="InvalidDataException">A log entry is damaged.</exception>
    public SessionState FromLog(
        IReadOnlyList<LogEntry> newestFirst,
        IReadOnlySet<long>? undone,
        ReadOnlySpan<FoldEvent> added,
        SessionState? known,
        List<Interaction>? closedByAdded = null)
    {
        var count = Math.Min(newestFirst.Count, Reach);
        var events = new List<Ordered>(count + added.Length);
        var oldest = newestFirst.Count > count ? EventCodec.DecodeForFold(newestFirst[count - 1].Payload.Span).TimeMs : long.MinValue;
        for (var i = count - 1; i >= 0; i--)
        {
            var entry = newestFirst[i];
            var e = EventCodec.DecodeForFold(entry.Payload.Span);
            if (entry.Undone || undone?.Contains(entry.Sequence) == true || !e.Moves || e.TimeMs < oldest) continue;
            events.Add(new(e, events.Count, false));
        }

        foreach (var e in added)
        {
            if (e.TimeMs >= oldest) events.Add(new(e, events.Count, true));
        }

        events.Sort(static (a, b) => a.Event.TimeMs != b.Event.TimeMs ? a.Event.TimeMs.CompareTo(b.Event.TimeMs) : a.Order.CompareTo(b.Order));
        var state = oldest == long.MinValue || known is null ? new() : Before(known, oldest);
        state.SinceMs = known?.SinceMs ?? 0;
        foreach (var ordered in events) UserFold.Apply(state, ordered.Event, rules, ordered.IsAdded ? closedByAdded : null);
        return state;
    }

    /// <summary>What a state has from before a moment.</summary>
    private static SessionState Before(SessionState known, long timeMs)
    {
        var state = new SessionState { InteractionCount = known.InteractionCount, NewestEventMs = Math.Min(known.NewestEventMs, timeMs) };
        foreach (var interaction in known.Ring)
        {
            if (interaction.TimeMs < timeMs) state.Ring.Add(interaction);
            else state.InteractionCount--;
        }

        state.Older.Younger.AddRange(known.Older.Younger);
        state.Older.Elder.AddRange(known.Older.Elder);
        return state;
    }

    private readonly record struct Ordered(FoldEvent Event, int Order, bool IsAdded);
}
