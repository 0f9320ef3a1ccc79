using Recsys.Inference;
using Recsys.Serving.Events;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving;

/// <summary>
/// What a user's state must be, written a second time from the contract alone and without regard for speed: it keeps every interaction ever, never takes a step back, and runs
/// the network from zero at the end.
/// </summary>
internal static class SlowReference
{
    /// <summary>The state of a clean log.</summary>
    /// <param name="log">Accepted events that were not undone, in the order of their acceptance.</param>
    /// <param name="numberOf">Item numbers.</param>
    /// <param name="model">The live model, or null.</param>
    /// <param name="rules">Limits.</param>
    public static SessionState StateOf(IEnumerable<WatchEvent> log, Func<string, uint> numberOf, LiveModel? model, FoldRules rules)
    {
        var ordered = log.Where(e => e.Type is not (WatchEventType.Custom or WatchEventType.Impression)).OrderBy(e => e.EventTimeMs).ToList();
        var interactions = InteractionsOf(ordered, numberOf, rules, out var open);
        var state = new SessionState { NewestEventMs = ordered.Count == 0 ? -1 : ordered[^1].EventTimeMs, InteractionCount = interactions.Count };
        var ringStart = 0;
        for (var end = 1; end <= interactions.Count; end++)
        {
            if (end - ringStart < rules.RingLimit) continue;
            foreach (var gone in interactions.Skip(ringStart).Take(end - ringStart - rules.RingKeep)) Forget(state, gone.Item, rules);
            ringStart = end - rules.RingKeep;
        }

        state.Ring.AddRange(interactions.Skip(ringStart));
        state.OpenPlays.AddRange(open.Select(play => new OpenPlay(
            numberOf(play[0].ItemId), EventIdHash.Of(play[0].SessionId), play[0].EventTimeMs, play[^1].EventTimeMs, play.Max(e => e.PositionMs), DurationOf(play))));
        if (model is not null && state.Ring.Count > 0) state.Slots.Add(SlotOf(state.Ring, model));
        return state;
    }

    public static NetworkSlot SlotOf(IReadOnlyList<Interaction> ring, LiveModel model)
    {
        var values = new Half[model.Network.SlotLength];
        Interaction? before = null;
        foreach (var interaction in ring)
        {
            var id = model.ItemNumbers.IndexOf(interaction.Item);
            var gap = before is { } older ? TimeGap.Bucket(interaction.TimeMs - older.TimeMs) : TimeGap.Unknown;
            if (id >= 0) model.Network.Step(values, new(id, interaction.Kind, interaction.Strength, gap));
            before = interaction;
        }

        return new() { Fingerprint = model.Fingerprint, Consumed = ring.Count, Values = values };
    }

    /// <summary>Each open play is simply the list of its events.</summary>
    private static List<Interaction> InteractionsOf(List<WatchEvent> events, Func<string, uint> numberOf, FoldRules rules, out List<List<WatchEvent>> open)
    {
        var result = new List<Interaction>();
        var plays = new List<List<WatchEvent>>();
        foreach (var e in events)
        {
            var timedOut = plays.Where(play => play[^1].EventTimeMs + rules.PlayTimeoutMs <= e.EventTimeMs).OrderBy(play => play[^1].EventTimeMs).ToList();
            foreach (var play in timedOut) Close(play, play[^1].EventTimeMs + rules.PlayTimeoutMs);
            var own = plays.Find(play => play[0].ItemId == e.ItemId && play[0].SessionId == e.SessionId);
            if (e.Type == WatchEventType.PlayStart)
                foreach (var other in plays.Where(play => play != own && play[0].SessionId == e.SessionId).ToList()) Close(other, e.EventTimeMs);
            if (e.Type is WatchEventType.PlayStart or WatchEventType.PlayProgress)
            {
                if (own is null)
                {
                    if (plays.Count == rules.MaxOpenPlays) Close(plays[0], e.EventTimeMs);
                    plays.Add([e]);
                }
                else
                {
                    own.Add(e);
                }
            }
            else if (e.Type == WatchEventType.PlayStop && own is not null)
            {
                own.Add(e);
                Close(own, e.EventTimeMs);
            }
            else if (e.Type is WatchEventType.PlayStop or WatchEventType.Play)
            {
                result.Add(new(numberOf(e.ItemId), InteractionKind.Play, Share([e]), e.EventTimeMs));
            }
            else
            {
                var strength = e.Type == WatchEventType.Rating ? Strength.FromShare(e.RatingShare) : Strength.Unknown;
                result.Add(new(numberOf(e.ItemId), Enum.Parse<InteractionKind>(e.Type.ToString()), strength, e.EventTimeMs));
            }
        }

        open = plays;
        return result;

        void Close(List<WatchEvent> play, long timeMs)
        {
            plays.Remove(play);
            result.Add(new(numberOf(play[0].ItemId), InteractionKind.Play, Share(play), timeMs));
        }
    }

    private static byte Share(List<WatchEvent> play)
    {
        var (position, duration) = (play.Max(e => e.PositionMs), DurationOf(play));
        return position < 0 || duration <= 0 ? Strength.Unknown : Strength.FromShare(position / (double)duration);
    }

    private static long DurationOf(List<WatchEvent> play) => play.LastOrDefault(e => e.DurationMs >= 0)?.DurationMs ?? -1;

    private static void Forget(SessionState state, uint item, FoldRules rules)
    {
        if (state.Older.Younger.Contains(item)) return;
        state.Older.Elder.Remove(item);
        if (state.Older.Younger.Count == rules.OlderGeneration)
        {
            state.Older.Elder.Clear();
            state.Older.Elder.AddRange(state.Older.Younger);
            state.Older.Younger.Clear();
        }

        state.Older.Younger.Add(item);
        state.Older.Younger.Sort();
    }
}
