using Recsys.Inference;
using Recsys.Serving.Events;

namespace Recsys.Serving.Sessions;

/// <summary>
/// The fold of events into a user's state: the one place that says what an interaction is. Pure and free of models: the network follows the ring afterwards
/// (<see cref="NetworkFollower"/>).
/// <para>An interaction's time is the moment it closed: of a stop or a whole play the event's time; of a play closed by the next start of its session, or by a ninth
/// open play, that event's time; of a timed-out play its last event's time plus the time-out. So the ring only ever grows at its end.</para>
/// </summary>
internal static class UserFold
{
    /// <summary>Folds one event.</summary>
    /// <param name="state">Changed in place.</param>
    /// <param name="e">Not older than <see cref="SessionState.NewestEventMs"/>: an older one needs a <see cref="Refold"/>.</param>
    /// <param name="rules">Limits.</param>
    /// <param name="closed">Receives the interactions that it made; null: nobody asks.</param>
    public static void Apply(SessionState state, in FoldEvent e, FoldRules rules, List<Interaction>? closed = null)
    {
        if (e.TimeMs < state.NewestEventMs)
            throw new ArgumentException($"An event of {e.TimeMs} can't be folded after one of {state.NewestEventMs}.", nameof(e));
        CloseTimedOut(state, e.TimeMs, rules, closed);
        state.NewestEventMs = e.TimeMs;
        if (e.IsReset)
        {
            Forget(state);
            return;
        }

        switch (e.Type)
        {
            case WatchEventType.PlayStart: Start(state, e, rules, closed); break;
            case WatchEventType.PlayProgress: Progress(state, e, rules, closed); break;
            case WatchEventType.PlayStop: Stop(state, e, rules, closed); break;
            case WatchEventType.Play: Add(state, new(e.Item, InteractionKind.Play, OpenPlay.PlayedStrength(e.PositionMs, e.DurationMs), e.TimeMs), rules, closed); break;
            default: Add(state, new(e.Item, KindOf(e.Type), e.Strength, e.TimeMs), rules, closed); break;
        }
    }

    /// <summary>Whether events of a type move the state at all.</summary>
    public static bool Moves(WatchEventType type) => type is not (WatchEventType.Custom or WatchEventType.Impression);

    /// <summary>The user is a new one. Whatever is older than this moment, known or still to come, is sorted before it and counts no more.</summary>
    private static void Forget(SessionState state)
    {
        state.Ring.Clear();
        state.OpenPlays.Clear();
        state.Older.Younger.Clear();
        state.Older.Elder.Clear();
        state.Slots.Clear();
        state.InteractionCount = 0;
    }

    /// <summary>Closes the plays whose time-out has passed by <paramref name="nowMs"/>, in the order in which they timed out.</summary>
    public static void CloseTimedOut(SessionState state, long nowMs, FoldRules rules, List<Interaction>? closed = null)
    {
        while (true)
        {
            var first = -1;
            for (var i = 0; i < state.OpenPlays.Count; i++)
                if (state.OpenPlays[i].LastMs + rules.PlayTimeoutMs <= nowMs && (first < 0 || state.OpenPlays[i].LastMs < state.OpenPlays[first].LastMs)) first = i;
            if (first < 0) return;
            Close(state, first, state.OpenPlays[first].LastMs + rules.PlayTimeoutMs, rules, closed);
        }
    }

    /// <summary>Whether a late progress changes nothing wherever it's put: it lies within an open play and says nothing that the play doesn't know. Most late events of
    /// a network that reorders are such heart-beats, and they cost no refold.</summary>
    public static bool IsIdleLateProgress(SessionState state, in FoldEvent e)
    {
        if (e.Type != WatchEventType.PlayProgress) return false;
        var at = Find(state, e.Item, e.Session);
        if (at < 0) return false;
        var play = state.OpenPlays[at];
        return play.StartMs <= e.TimeMs && e.TimeMs <= play.LastMs && e.PositionMs <= play.PositionMs && (e.DurationMs < 0 || e.DurationMs == play.DurationMs);
    }

    private static void Start(SessionState state, in FoldEvent e, FoldRules rules, List<Interaction>? closed)
    {
        for (var i = 0; i < state.OpenPlays.Count;)
        {
            if (state.OpenPlays[i].Session == e.Session && state.OpenPlays[i].Item != e.Item) Close(state, i, e.TimeMs, rules, closed);
            else i++;
        }

        Progress(state, e, rules, closed);
    }

    private static void Progress(SessionState state, in FoldEvent e, FoldRules rules, List<Interaction>? closed)
    {
        var at = Find(state, e.Item, e.Session);
        if (at >= 0)
        {
            state.OpenPlays[at] = Moved(state.OpenPlays[at], e);
            return;
        }

        if (state.OpenPlays.Count >= rules.MaxOpenPlays) Close(state, 0, e.TimeMs, rules, closed);
        state.OpenPlays.Add(new(e.Item, e.Session, e.TimeMs, e.TimeMs, e.PositionMs, e.DurationMs));
    }

    private static void Stop(SessionState state, in FoldEvent e, FoldRules rules, List<Interaction>? closed)
    {
        var at = Find(state, e.Item, e.Session);
        if (at < 0)
        {
            Add(state, new(e.Item, InteractionKind.Play, OpenPlay.PlayedStrength(e.PositionMs, e.DurationMs), e.TimeMs), rules, closed);
            return;
        }

        state.OpenPlays[at] = Moved(state.OpenPlays[at], e);
        Close(state, at, e.TimeMs, rules, closed);
    }

    private static OpenPlay Moved(in OpenPlay play, in FoldEvent e) => play with
    {
        LastMs = e.TimeMs,
        PositionMs = Math.Max(play.PositionMs, e.PositionMs),
        DurationMs = e.DurationMs >= 0 ? e.DurationMs : play.DurationMs,
    };

    private static int Find(SessionState state, uint item, ulong session)
    {
        for (var i = 0; i < state.OpenPlays.Count; i++)
            if (state.OpenPlays[i].Item == item && state.OpenPlays[i].Session == session) return i;
        return -1;
    }

    private static void Close(SessionState state, int at, long timeMs, FoldRules rules, List<Interaction>? closed)
    {
        var play = state.OpenPlays[at];
        state.OpenPlays.RemoveAt(at);
        Add(state, new(play.Item, InteractionKind.Play, play.Strength, timeMs), rules, closed);
    }

    private static void Add(SessionState state, in Interaction interaction, FoldRules rules, List<Interaction>? closed)
    {
        closed?.Add(interaction);
        state.Ring.Add(interaction);
        state.InteractionCount++;
        if (state.Ring.Count < rules.RingLimit) return;
        var surplus = state.Ring.Count - rules.RingKeep;
        for (var i = 0; i < surplus; i++) state.Older.Add(state.Ring[i].Item, rules.OlderGeneration);
        state.Ring.RemoveRange(0, surplus);
        state.Slots.Clear();
    }

    private static InteractionKind KindOf(WatchEventType type) => type switch
    {
        WatchEventType.Like => InteractionKind.Like,
        WatchEventType.Dislike => InteractionKind.Dislike,
        WatchEventType.Rating => InteractionKind.Rating,
        WatchEventType.Purchase => InteractionKind.Purchase,
        WatchEventType.Share => InteractionKind.Share,
        WatchEventType.Skip => InteractionKind.Skip,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an interaction at once."),
    };
}
