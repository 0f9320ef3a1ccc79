using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Inference;
using Recsys.Inference.Evaluation;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Storage.Sqlite;

namespace Recsys.Serving.Evaluation;

/// <summary>
/// Sends histories through a second engine over a scratch store, by the ordinary way of events and in the order of time, and asks it for held-out users' lists at their moments: what they would
/// really have been shown, with everything that stands between a model and a list. The scratch catalogue is empty, so that every item of the training set competes.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="idOf">The id of each numbered item.</param>
/// <param name="folder">For the scratch store.</param>
/// <param name="time">The clock.</param>
internal sealed class EngineReplay(LiveModel model, Func<uint, string> idOf, string folder, TimeProvider time)
{
    private const int BatchSize = 1_000;
    private const int ListLength = 500;

    // Strengths are stored in 250ths: a play of 250 ms carries any of them exactly.
    private const int StrengthSteps = 250;

    /// <summary>Each case's rank and list, by each of several ways to weigh the sources.</summary>
    /// <param name="cases">Whom to make lists for.</param>
    /// <param name="others">Histories of users who are trained on and not asked: what they play is trending. None where times tell nothing.</param>
    /// <param name="weights">How the sources count, a way an element.</param>
    /// <param name="excludeSeen">Leave out what the user has interacted with.</param>
    /// <param name="onDone">Called after each case.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<RankedCases[]> RankAsync(
        IReadOnlyList<EvaluationCase> cases, IReadOnlyList<IReadOnlyList<Interaction>> others, IReadOnlyList<SourceWeights> weights, bool excludeSeen, Action onDone,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var options = new SqliteStoreOptions { Path = Path.Combine(folder, "scratch.db"), SynchronousOff = true, DeleteOnDispose = true };
        await using var store = await SqliteStore.OpenAsync(options, cancellationToken);
        string[] ids = [.. model.ItemNumbers.Select(idOf)];
        var numbers = await store.AllocateItemNumbersAsync(model.Namespace, ids, cancellationToken);
        await using var engine = await Engine.OpenAsync(
            store, new() { ModelFolder = Path.Combine(folder, "models"), IsReplay = true }, time, NullLoggerFactory.Instance, cancellationToken);
        var renumbered = new LiveModel(model, [.. numbers]);
        engine.Models.SetLive(renumbered);
        var dense = ids.Select((id, i) => (id, i)).ToDictionary(pair => pair.id, pair => pair.i, StringComparer.Ordinal);
        RankedCases[] ranked = [.. weights.Select(_ => new RankedCases(cases.Count))];
        var waiting = new List<WatchEvent>(BatchSize);
        foreach (var step in ReplayStep.InOrder(cases, others))
        {
            if (step.Case is not { } at)
            {
                waiting.Add(EventOf(step.UserId, idOf(step.Interaction.Item), step.Interaction));
                if (waiting.Count == BatchSize) await WriteAsync(engine, waiting, cancellationToken);
                continue;
            }

            await WriteAsync(engine, waiting, cancellationToken);
            await Parallel.ForAsync(0, weights.Count, cancellationToken, async (way, cancellation) =>
            {
                var list = await engine.RecommendAsync(
                    new()
                    {
                        Namespace = model.Namespace,
                        UserIds = [step.UserId],
                        PageSize = ListLength,
                        SeenPolicy = excludeSeen ? SeenPolicy.Exclude : SeenPolicy.Allow,
                        RequestTimeMs = cases[at].User.Target.TimeMs,
                        Sources = weights[way],
                    },
                    cancellation);
                int[] shown = [.. list.Items.Select(item => dense.GetValueOrDefault(item.ItemId, -1)).Where(item => item >= 0).Take(RankedCases.ListLength)];
                ranked[way].Set(at, RankOf(cases[at], list, dense), shown);
            });

            onDone();
        }

        return ranked;
    }

    /// <summary>The event that becomes this interaction when it's folded.</summary>
    internal static WatchEvent EventOf(string userId, string itemId, Interaction interaction)
    {
        var known = interaction.Strength <= StrengthSteps;
        var e = new WatchEvent { UserId = userId, ItemId = itemId, EventTimeMs = interaction.TimeMs, Type = TypeOf(interaction.Kind) };
        return interaction.Kind switch
        {
            InteractionKind.Play when known => e with { PositionMs = interaction.Strength, DurationMs = StrengthSteps },
            InteractionKind.Rating => e with { RatingShare = Strength.ToShare(interaction.Strength) },
            _ => e,
        };
    }

    private static WatchEventType TypeOf(InteractionKind kind) => kind switch
    {
        InteractionKind.Play => WatchEventType.Play,
        InteractionKind.Like => WatchEventType.Like,
        InteractionKind.Dislike => WatchEventType.Dislike,
        InteractionKind.Rating => WatchEventType.Rating,
        InteractionKind.Purchase => WatchEventType.Purchase,
        InteractionKind.Share => WatchEventType.Share,
        InteractionKind.Skip => WatchEventType.Skip,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an interaction kind."),
    };

    /// <summary>The target's rank; as in every other row, a tie counts against it. A target beyond the list is a miss.</summary>
    private int RankOf(EvaluationCase one, RankedList list, Dictionary<string, int> dense)
    {
        var target = list.Items.FirstOrDefault(item => dense.GetValueOrDefault(item.ItemId, -1) == one.Target);
        return one.Target < 0 || target is null ? int.MaxValue : list.Items.Count(item => item.Score >= target.Score);
    }

    private async Task WriteAsync(Engine engine, List<WatchEvent> waiting, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0) return;
        var outcomes = await engine.WriteAsync(model.Namespace, waiting, cancellationToken);
        var refused = outcomes.FirstOrDefault(outcome => outcome != EventOutcome.Accepted);
        if (refused != default) throw new InvalidOperationException($"The scratch engine answered {refused} to an event of the evaluation.");
        waiting.Clear();
    }
}
