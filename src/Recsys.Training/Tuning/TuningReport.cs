using System.Text.Json;
using System.Text.Json.Nodes;
using Recsys.Inference.Evaluation;
using Recsys.Training.Session;

namespace Recsys.Training.Tuning;

/// <summary>The outcome as JSON. Names with <c>seconds</c> and <c>created</c> are times; all else is the same whenever the same tuning is done again.</summary>
internal static class TuningReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The report's text.</summary>
    /// <param name="outcome">What was found.</param>
    /// <param name="leaveOut">How many targets of each user weren't seen.</param>
    /// <param name="now">When.</param>
    public static string Write(TuningOutcome outcome, int leaveOut, DateTimeOffset now) => new JsonObject
    {
        ["created"] = now,
        ["seconds"] = Round(outcome.Seconds),
        ["leave_out"] = leaveOut,
        ["data"] = new JsonObject
        {
            ["users"] = outcome.Shape.Users,
            ["items"] = outcome.Shape.Items,
            ["interactions"] = outcome.Shape.Interactions,
            ["targets"] = outcome.Shape.Targets,
            ["interactions_per_user"] = outcome.Shape.InteractionsPerUser,
            ["repeat_share"] = outcome.Shape.RepeatShare,
            ["gap_spread"] = outcome.Shape.GapSpread,
            ["hash"] = outcome.Data,
        },
        ["validation_users"] = outcome.ValidationUsers,
        ["seed"] = outcome.Preset.Seed,
        ["threads"] = outcome.Preset.Threads,
        ["bfloat16"] = outcome.Preset.BFloat16,
        ["space"] = outcome.Space.ToJson(),
        ["plan"] = new JsonObject
        {
            ["budget_seconds"] = outcome.BudgetSeconds,
            ["rungs"] = new JsonArray([.. outcome.Plan.Rungs.Select(rung => new JsonObject { ["epochs"] = rung.Epochs, ["trials_beside_the_preset"] = rung.Trials })]),
            ["trainings_without_time"] = outcome.NotTrained,
        },
        ["trials"] = new JsonArray([.. outcome.Trials.Select(trial => TrialOf(outcome, trial))]),
        ["verdict"] = VerdictOf(outcome.Verdict),
        ["preset"] = TunedSettings.Json(outcome.Preset),
        ["settings"] = TunedSettings.Json(outcome.Verdict.Chosen.Settings),
    }.ToJsonString(Indented) + "\n";

    private static JsonObject TrialOf(TuningOutcome outcome, Trial trial)
    {
        var rank = outcome.Ranked.Select((ranked, at) => (ranked, at)).Where(pair => pair.ranked == trial).Select(pair => pair.at + 1).FirstOrDefault();
        return new()
        {
            ["trial"] = trial.Number,
            ["rank"] = rank == 0 ? null : rank,
            ["differs"] = trial.Describe(outcome.Preset),
            ["values"] = trial.Values.DeepClone(),
            ["rungs"] = new JsonArray([.. outcome.Trainings.Where(training => training.Trial == trial.Number).OrderBy(training => training.Rung).Select(RungOf)]),
        };
    }

    private static JsonObject RungOf(FinishedTraining training)
    {
        var rung = new JsonObject { ["rung"] = training.Rung + 1, ["epochs"] = training.Epochs, ["seconds"] = Round(training.Seconds) };
        if (training.Failed is not null)
        {
            rung["failed"] = training.Failed;
            return rung;
        }
        Put(training.Ranks, "");
        if (training.TimedRanks is not null)
            Put(training.TimedRanks, "_told_the_time");
        rung["losses"] = new JsonArray([.. training.Losses.Select(loss => (JsonNode)loss)]);
        return rung;

        void Put(int[] ranks, string terms)
        {
            rung[$"ndcg_at_10{terms}"] = ranks.Average(rank => RankingMetrics.Ndcg(rank, SessionValidator.DecisiveK));
            rung[$"hr_at_10{terms}"] = ranks.Average(rank => RankingMetrics.Recall(rank, SessionValidator.DecisiveK));
            rung[$"mrr_at_10{terms}"] = ranks.Average(rank => RankingMetrics.ReciprocalRank(rank, SessionValidator.DecisiveK));
        }
    }

    private static JsonObject VerdictOf(Verdict verdict) => new()
    {
        ["trial"] = verdict.Chosen.Number,
        ["replaces_the_preset"] = !verdict.Chosen.IsPreset,
        ["best_trial"] = verdict.Best?.Number,
        ["ndcg_at_10_difference"] = verdict.Difference is { } difference
            ? new JsonObject { ["mean"] = difference.Mean, ["low"] = difference.Low, ["high"] = difference.High }
            : null,
        ["bootstrap_resamples"] = PairedBootstrap.DefaultResamples,
        ["reason"] = verdict.Reason,
    };

    private static double Round(double seconds) => Math.Round(seconds, 3);
}
