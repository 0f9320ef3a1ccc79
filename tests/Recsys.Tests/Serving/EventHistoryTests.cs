using CsCheck;
using Recsys.Serving.Events;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving;

/// <summary>Any history of events, late, doubled and undone ones among them, leaves exactly the state of the clean log: compared byte for byte with a slow reference.</summary>
public sealed class EventHistoryTests
{
    private const long Minute = 60_000;
    private static readonly string[] Items = [.. Enumerable.Range(0, 14).Select(i => $"item-{i}")];
    private static readonly FoldRules Small = new() { RingLimit = 12, RingKeep = 8, MaxOpenPlays = 3, OlderGeneration = 5 };

    private static readonly Gen<HistoryStep> Steps = Gen.Frequency(
        (12, Gen.Select(EventGen(), Gen.Int[0, 3], (e, extra) => new HistoryStep { Event = e, BatchWithNext = extra > 0 })),
        (2, Gen.Int[0, 200].Select(n => new HistoryStep { Resend = n })),
        (1, Gen.Int[0, 200].Select(n => new HistoryStep { Undo = n })),
        (1, Gen.Int[1, 50].Select(n => new HistoryStep { AdvanceMinutes = n })),
        (1, Gen.Int[0, 2].Select(n => new HistoryStep { SwitchModel = n })));

    [Theory]
    [InlineData(true, 250)]
    [InlineData(false, 12)]
    public async Task Any_history_leaves_the_state_of_the_clean_log(bool smallRing, int iterations)
    {
        var rules = smallRing ? Small : new();
        await using var rig = await EngineRig.OpenAsync(rules);

        // The second model doesn't know the last items, none knows "item-13".
        LiveModel?[] models = [null, await rig.NewModelAsync("a", Items[..13], seed: 1), await rig.NewModelAsync("b", Items[..9], seed: 2, blocks: 2)];
        var run = 0;
        await Steps.Array[smallRing ? 30 : 500, smallRing ? 90 : 900].SampleAsync(
            steps => CheckAsync(rig, models, steps, $"user-{rules.RingLimit}-{Interlocked.Increment(ref run)}"), iter: iterations, threads: 1);
    }

    private static Gen<HistoryEvent> EventGen() => Gen.Select(
        Gen.Enum<WatchEventType>(),
        Gen.Int[0, 13],
        Gen.Int[0, 2],
        Gen.Frequency((8, Gen.Long[0, 3 * Minute]), (1, Gen.Long[-90 * Minute, 0]), (1, Gen.Const(0L))),
        Gen.Long[-1, 100],
        Gen.OneOf(Gen.Const(-1L), Gen.Const(0L), Gen.Const(100L), Gen.Const(80L)),
        (type, item, session, step, position, duration) => new HistoryEvent(type, item, session, step, position, duration));

    private static async Task CheckAsync(EngineRig rig, LiveModel?[] models, HistoryStep[] steps, string user)
    {
        var sent = new List<WatchEvent>();
        var log = new List<WatchEvent>();

        // Ids that were accepted; they stay duplicates after an undo.
        var known = new HashSet<string>();
        var model = models[0];
        rig.Engine.LiveModels.Set(EngineRig.Ns, model);
        var clock = rig.NowMs;
        var waiting = new List<WatchEvent>();
        foreach (var step in steps)
        {
            if (step.Event is { } drawn)
            {
                clock = Math.Max(clock, clock + drawn.StepMs);
                var e = new WatchEvent
                {
                    UserId = user,
                    Type = drawn.Type,
                    ItemId = Items[drawn.Item],
                    EventId = $"{user}-{sent.Count}",
                    SessionId = drawn.Session == 0 ? "" : $"session-{drawn.Session}",
                    EventTimeMs = clock + Math.Min(0, drawn.StepMs),
                    PositionMs = drawn.PositionMs,
                    DurationMs = drawn.DurationMs,
                    RatingShare = drawn.Type == WatchEventType.Rating ? 0.6 : double.NaN,
                };
                sent.Add(e);
                waiting.Add(e);
                if (step.BatchWithNext) continue;
            }
            else if (step.Resend is { } again && sent.Count > 0)
            {
                waiting.Add(sent[again % sent.Count]);
                if (again % 3 > 0) continue;
            }

            await FlushAsync(rig, waiting, log, known);
            clock += (step.AdvanceMinutes ?? 0) * Minute;
            if (step.SwitchModel is { } chosen) rig.Engine.LiveModels.Set(EngineRig.Ns, model = models[chosen]);
            if (step.Undo is { } undo && sent.Count > 0)
            {
                var id = sent[undo % sent.Count].EventId;
                var wanted = log.Exists(e => e.EventId == id) ? UndoOutcome.Undone : UndoOutcome.AlreadyUndone;
                Assert.Equal([wanted], await rig.Engine.UndoAsync(EngineRig.Ns, user, [id], CancellationToken.None));
                log.RemoveAll(e => e.EventId == id);
            }
        }

        // One more event, so that the slot is the last model's.
        waiting.Add(new() { UserId = user, Type = WatchEventType.Like, ItemId = Items[0], EventTimeMs = clock });
        await FlushAsync(rig, waiting, log, known);
        var allocated = await rig.Engine.ItemNumbers.ResolveAsync(EngineRig.Ns, Items, CancellationToken.None);
        var numbers = Items.Zip(allocated).ToDictionary(pair => pair.First, pair => pair.Second);
        var reference = SlowReference.StateOf(log, item => numbers[item], model, rig.Rules);
        reference.SinceMs = (await rig.StateAsync(user)).SinceMs;
        Assert.Equal(Convert.ToHexString(SessionStateCodec.Encode(reference)), Convert.ToHexString((await rig.RecordAsync(user)).State.Span));
    }

    /// <summary>Sends what waits in one call and checks each answer.</summary>
    private static async Task FlushAsync(EngineRig rig, List<WatchEvent> waiting, List<WatchEvent> log, HashSet<string> known)
    {
        var outcomes = await rig.WriteAsync([.. waiting]);
        for (var i = 0; i < waiting.Count; i++)
        {
            var tracked = waiting[i].EventId.Length > 0 && waiting[i].Type != WatchEventType.PlayProgress;
            var duplicate = tracked && !known.Add(waiting[i].EventId);
            Assert.Equal(duplicate ? EventOutcome.Duplicate : EventOutcome.Accepted, outcomes[i]);
            if (!duplicate) log.Add(waiting[i]);
        }

        waiting.Clear();
    }

    private sealed record HistoryEvent(WatchEventType Type, int Item, int Session, long StepMs, long PositionMs, long DurationMs);

    private sealed record HistoryStep
    {
        public HistoryEvent? Event { get; init; }

        public bool BatchWithNext { get; init; }

        public int? Resend { get; init; }

        public int? Undo { get; init; }

        public int? AdvanceMinutes { get; init; }

        public int? SwitchModel { get; init; }
    }
}
