using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Bytes;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>Folds one user's waiting events into one change of the stored record.</summary>
/// <param name="catalogue">Durations of items.</param>
/// <param name="items">Numbers of items.</param>
/// <param name="models">Which networks states are of.</param>
/// <param name="refold">Makes states anew.</param>
/// <param name="rules">What counts as an interaction.</param>
/// <param name="confirmsDuplicates">A duplicate is stored, but not yet as durable as promised: it's answered behind a commit, if only an empty one.</param>
/// <param name="logger">Told of what can't be read.</param>
internal sealed class BatchFolder(
    CatalogueMirror catalogue, ItemNumbers items, LiveModels models, Refold refold, FoldRules rules, bool confirmsDuplicates, ILogger logger)
{
    private readonly CompactWriter _writer = new();
    private readonly HashSet<ulong> _seen = [];

    /// <summary>Answers duplicates, and makes one commit of the rest. The items of all events must have numbers.</summary>
    public async ValueTask<UserChange> FoldAsync(UserBatch batch, UserRecord record, long nowMs, CancellationToken cancellationToken)
    {
        batch.Reset();
        _seen.Clear();
        var appends = new List<LogAppend>(batch.Entries.Count);
        var moves = new List<FoldEvent>(batch.Entries.Count);
        for (var i = 0; i < batch.Entries.Count; i++)
        {
            var hash = batch.Hashes[i];
            if (hash != 0 && (record.KnownHashes.Contains(hash) || !_seen.Add(hash)))
            {
                batch.Outcomes.Add(EventOutcome.Duplicate);
                continue;
            }

            batch.Outcomes.Add(EventOutcome.Accepted);
            Append(batch.Entries[i], batch.User.Namespace, hash, appends, moves);
        }

        var closed = new List<ClosedInteraction>();
        if (appends.Count == 0)
        {
            return new(batch, confirmsDuplicates ? new() { User = batch.User, ExpectedRevision = record.Revision, ReceiveTimeMs = nowMs } : null, closed);
        }

        return new(
            batch,
            new()
            {
                User = batch.User,
                ExpectedRevision = record.Revision,
                State = moves.Count == 0 ? (ReadOnlyMemory<byte>?)null : await MoveAsync(batch.User, record, nowMs, moves, closed, cancellationToken),
                Appends = appends,
                ReceiveTimeMs = nowMs,
            },
            closed);
    }

    private void Append(in MailboxEntry entry, string ns, ulong hash, List<LogAppend> appends, List<FoldEvent> moves)
    {
        var e = entry.Write!.Events[entry.Index];
        var item = 0u;
        if (e.ItemId.Length > 0 && !items.TryGet(ns, e.ItemId, out item)) throw new InvalidOperationException($"Item {e.ItemId} has no number.");
        var duration = item == 0 ? 0 : catalogue.DurationMs(item);
        EventCodec.Encode(_writer, e, item, duration > 0 ? duration : -1, entry.Write.ReceiveTimeMs);
        appends.Add(new(e.Type == WatchEventType.Impression ? LogStream.Exposures : LogStream.Events, e.EventId, hash, _writer.ToArray()));
        if (FoldEvent.Of(e, item, duration) is { Moves: true } move) moves.Add(move);
    }

    private async ValueTask<byte[]> MoveAsync(
        UserKey user, UserRecord record, long nowMs, List<FoldEvent> moves, List<ClosedInteraction> closed, CancellationToken cancellationToken)
    {
        var known = Decode(user, record);
        var isFirst = record.State.IsEmpty;
        if (known is not null && TryFold(known, moves, closed)) return Encode(user, known, isFirst ? nowMs : known.SinceMs);
        closed.Clear();
        var interactions = new List<Interaction>();
        var log = await refold.ReadAsync(user, cancellationToken);
        var state = refold.FromLog(log, null, CollectionsMarshal.AsSpan(moves), Decode(user, record), interactions);
        ClosedInteraction.AddTo(closed, state, interactions);
        return Encode(user, state, isFirst ? nowMs : state.SinceMs);
    }

    /// <summary>Folds onto the known state; false: one of the events is late, and the state is spoilt.</summary>
    private bool TryFold(SessionState state, List<FoldEvent> moves, List<ClosedInteraction> closed)
    {
        SortByTime(moves);
        var first = 0;
        while (first < moves.Count && moves[first].TimeMs < state.NewestEventMs)
        {
            if (!UserFold.IsIdleLateProgress(state, moves[first])) return false;
            first++;
        }

        var interactions = new List<Interaction>();
        for (var i = first; i < moves.Count; i++)
        {
            // One by one: a large batch leaves only its last interactions in the ring.
            interactions.Clear();
            UserFold.Apply(state, moves[i], rules, interactions);
            ClosedInteraction.AddTo(closed, state, interactions);
        }

        return true;
    }

    private SessionState? Decode(UserKey user, UserRecord record)
    {
        try
        {
            return SessionStateCodec.Decode(record.State.Span);
        }
        catch (InvalidDataException e)
        {
            // The log is the truth: whatever became of the state's bytes, they can be made again.
            logger.StateUnreadable(e, user.Namespace);
            return null;
        }
    }

    private byte[] Encode(UserKey user, SessionState state, long sinceMs)
    {
        state.SinceMs = sinceMs;
        NetworkFollower.Follow(state, models.Of(user.Namespace), models.NextOf(user.Namespace), models.OfVariant(user));
        return SessionStateCodec.Encode(state);
    }

    /// <summary>Insertion sort: stable, and the events nearly always come in order.</summary>
    private static void SortByTime(List<FoldEvent> events)
    {
        for (var i = 1; i < events.Count; i++)
        {
            var e = events[i];
            var at = i;
            for (; at > 0 && events[at - 1].TimeMs > e.TimeMs; at--) events[at] = events[at - 1];
            if (at != i) events[at] = e;
        }
    }
}
