using Microsoft.Extensions.Logging;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Lists;

/// <summary>
/// The log's newest events, from which what is trending is counted after a start. Heart-beats are most of a log and make no interaction: they don't count towards <paramref name="maxEvents"/>, and of
/// those of one play that no other event of the user and no time-out parts, one is kept, with all that the others said.
/// </summary>
/// <param name="rules">Limits of the fold.</param>
/// <param name="logger">Hears of entries that can't be read.</param>
/// <param name="maxEvents">Reads until so many events that are no heart-beats are found; docs/operations.md states these limits.</param>
/// <param name="maxEntries">Reads no more entries than this.</param>
/// <param name="maxKept">Keeps no more events than this: at 200 bytes each 60 MB, for as long as the start takes.</param>
internal sealed class TrendingTail(FoldRules rules, ILogger logger, int maxEvents = 100_000, int maxEntries = 2_000_000, int maxKept = 300_000)
{
    private const int PageEntries = 10_000;

    private readonly List<TailEvent> _kept = [];
    private readonly Dictionary<Beats, (int Place, long OldestMs)> _beats = [];
    private readonly Dictionary<UserKey, int> _stretches = [];
    private int _events;

    /// <summary>Entries read so far.</summary>
    public int EntryCount { get; private set; }

    private bool IsFull => _events >= maxEvents || EntryCount >= maxEntries || _kept.Count >= maxKept;

    /// <summary>Reads the tail, in the order of the events' own times, those of one time in the log's: what came late is where it belongs.</summary>
    public async Task<IEnumerable<TailEvent>> ReadAsync(IRecsysStore store, CancellationToken cancellationToken)
    {
        var from = default(LogCursor);
        while (!IsFull && await store.ReadLogAsync(LogStream.Events, from, PageEntries, newestFirst: true, cancellationToken) is { Entries.Count: > 0 } page)
        {
            for (var i = 0; i < page.Entries.Count && !IsFull; i++) Add(page.Entries[i]);
            from = page.Next;
        }

        return Enumerable.Range(1, _kept.Count).Select(back => _kept.Count - back).OrderBy(place => _kept[place].Event.TimeMs).Select(place => _kept[place]);
    }

    /// <summary>Takes the entry before those that were added.</summary>
    private void Add(LogEntry entry)
    {
        EntryCount++;
        try
        {
            if (!entry.Undone) Add(entry, EventCodec.DecodeForFold(entry.Payload.Span));
        }
        catch (InvalidDataException e)
        {
            logger.LogEntryUnreadable(e, entry.Sequence);
        }
    }

    private void Add(LogEntry entry, in FoldEvent e)
    {
        if (!UserFold.Moves(e.Type)) return;
        var stretch = _stretches.GetValueOrDefault(entry.User);
        if (e.Type != WatchEventType.PlayProgress)
        {
            _events++;
            _stretches[entry.User] = stretch + 1;
        }
        else if (IsWithinBeats(new(entry.User, stretch, e.Item, e.Session), e))
        {
            return;
        }

        // Of two letters each: there are few.
        _kept.Add(new(entry.User, e, string.Intern(EventCodec.DecodeCountry(entry.Payload.Span))));
    }

    /// <summary>Whether a heart-beat is of the same play as a later one that is kept; then that one says what it said. If it isn't, it's kept itself.</summary>
    private bool IsWithinBeats(in Beats beats, in FoldEvent e)
    {
        var isWithin = _beats.TryGetValue(beats, out var known) && known.OldestMs - e.TimeMs < rules.PlayTimeoutMs;
        _beats[beats] = isWithin ? (known.Place, Math.Min(known.OldestMs, e.TimeMs)) : (_kept.Count, e.TimeMs);
        if (!isWithin) return false;
        var kept = _kept[known.Place];
        var later = kept.Event;
        _kept[known.Place] = kept with
        {
            Event = later with
            {
                TimeMs = Math.Max(later.TimeMs, e.TimeMs),
                PositionMs = Math.Max(later.PositionMs, e.PositionMs),
                DurationMs = later.DurationMs >= 0 ? later.DurationMs : e.DurationMs,
            },
        };
        return true;
    }

    /// <summary>Heart-beats of one play between two other events of its user.</summary>
    /// <param name="User">Whose.</param>
    /// <param name="Stretch">Counts the other events that came later.</param>
    /// <param name="Item">Item number.</param>
    /// <param name="Session">Hash of the session id.</param>
    private readonly record struct Beats(UserKey User, int Stretch, uint Item, ulong Session);
}
