using Recsys.Serving.Events;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Experiments;

/// <summary>
/// The plays of one user that follow from a placement's lists, by list and item. What is one play is said by the same rules as in <see cref="UserFold"/> (sessions, time-out, open plays at a
/// time), which keeps no lists: a play is that of the first list that one of its events names, since players often name it with the start alone.
/// </summary>
/// <param name="rules">Limits.</param>
/// <param name="exposed">Hashes of the lists of which the user was shown something.</param>
internal sealed class AttributedPlays(FoldRules rules, IReadOnlySet<ulong> exposed)
{
    private readonly List<(OpenPlay Play, ulong List, bool Counts)> _open = [];
    private readonly Dictionary<(ulong List, uint Item), double> _seconds = [];

    /// <summary>Items that were played, once for each list.</summary>
    public long Count => _seconds.Count;

    /// <summary>Them.</summary>
    public IReadOnlyCollection<(ulong List, uint Item)> Played => _seconds.Keys;

    /// <summary>How long, in all.</summary>
    public double Seconds => _seconds.Values.Sum();

    /// <summary>Whether events of a type belong to a play.</summary>
    public static bool IsOfPlay(WatchEventType type) =>
        type is WatchEventType.PlayStart or WatchEventType.PlayProgress or WatchEventType.PlayStop or WatchEventType.Play;

    /// <summary>How long an item was played from a list; null: it wasn't.</summary>
    public double? SecondsOf(ulong list, uint item) => _seconds.TryGetValue((list, item), out var seconds) ? seconds : null;

    /// <summary>Adds the event of a play; in the order of their times.</summary>
    public void Add(in ListedEvent listed)
    {
        var e = listed.Event;
        CloseTimedOut(e.TimeMs);
        if (e.Type == WatchEventType.Play)
        {
            Tally(Opened(listed));
            return;
        }

        if (e.Type == WatchEventType.PlayStart) CloseOthersOf(e);
        var at = _open.FindIndex(open => open.Play.Item == e.Item && open.Play.Session == e.Session);
        if (at < 0)
        {
            if (_open.Count >= rules.MaxOpenPlays) Close(0);
            _open.Add(Opened(listed));
            at = _open.Count - 1;
        }
        else
        {
            _open[at] = Moved(_open[at], listed);
        }

        if (e.Type == WatchEventType.PlayStop) Close(at);
    }

    /// <summary>Counts what is still open, as far as it has come.</summary>
    public void CloseAll()
    {
        while (_open.Count > 0) Close(0);
    }

    private (OpenPlay Play, ulong List, bool Counts) Opened(in ListedEvent listed)
    {
        var e = listed.Event;
        return (new(e.Item, e.Session, e.TimeMs, e.TimeMs, e.PositionMs, e.DurationMs), listed.List, Counts(listed));
    }

    private (OpenPlay Play, ulong List, bool Counts) Moved(in (OpenPlay Play, ulong List, bool Counts) open, in ListedEvent listed)
    {
        var e = listed.Event;
        var play = open.Play with
        {
            LastMs = e.TimeMs,
            PositionMs = Math.Max(open.Play.PositionMs, e.PositionMs),
            DurationMs = e.DurationMs >= 0 ? e.DurationMs : open.Play.DurationMs,
        };
        return open.List == 0 ? (play, listed.List, Counts(listed)) : (play, open.List, open.Counts);
    }

    private bool Counts(in ListedEvent listed) => listed.List != 0 && (listed.IsOfPlacement || exposed.Contains(listed.List));

    private void CloseTimedOut(long nowMs)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Play.LastMs + rules.PlayTimeoutMs <= nowMs) Close(i);
        }
    }

    private void CloseOthersOf(in FoldEvent start)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Play.Session == start.Session && _open[i].Play.Item != start.Item) Close(i);
        }
    }

    private void Close(int at)
    {
        var open = _open[at];
        _open.RemoveAt(at);
        Tally(open);
    }

    /// <summary>How far a play came is how long it was played, at most the item's length: positions are all that the log has.</summary>
    private void Tally(in (OpenPlay Play, ulong List, bool Counts) ended)
    {
        if (!ended.Counts) return;
        var (position, duration) = (Math.Max(0, ended.Play.PositionMs), ended.Play.DurationMs);
        var ms = duration > 0 ? Math.Min(position, duration) : position;
        var key = (ended.List, ended.Play.Item);
        _seconds[key] = _seconds.GetValueOrDefault(key) + (ms / 1_000.0);
    }
}
