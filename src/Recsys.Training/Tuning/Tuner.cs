using Recsys.Training.Progress;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Tuning;

/// <summary>Tunes: draws trials, and halves them rung by rung until the last ones have the wanted epochs.</summary>
/// <param name="log">The data, without what isn't to be seen at all.</param>
/// <param name="request">What is wanted.</param>
/// <param name="state">The folder that everything is kept in.</param>
/// <param name="budget">How long it may take.</param>
/// <param name="progress">Hears of it.</param>
/// <param name="time">Measures it.</param>
/// <param name="warnings">Hears of what doesn't end it.</param>
internal sealed class Tuner(
    InteractionLog log, TuningRequest request, TuningState state, TuningBudget budget, IProgress<TrainingProgress> progress, TimeProvider time, TextWriter warnings)
{
    /// <summary>Share of the budget that the plan may take: trainings aren't all as fast as those that were measured.</summary>
    private const double PlannedShare = 0.9;

    private const double MeasuredShare = 0.02;
    private const double LeastSecondsToMeasure = 1, MostSecondsToMeasure = 30;

    /// <summary>A training is begun only where this many times its expected time is left.</summary>
    private const double Caution = 1.05;

    /// <summary>More can't be waited for.</summary>
    private const double MostSeconds = 86_400 * 40;

    private readonly ValidationSplit _split = ValidationSplit.Create(log, request.Seed, request.ValidationUsers ?? DefaultUsers(log));
    private int _notTrained;

    /// <summary>Begins or goes on, and returns what was found.</summary>
    /// <param name="cancellation">Ends it; the state stays.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TrainingException">Nothing can be held out; the state is of another tuning; the budget is too short.</exception>
    public TuningOutcome Run(CancellationToken cancellation)
    {
        if (_split.Users.Length == 0)
            throw new TrainingException($"no user has an interaction that could be held out to compare trials by: needed are {ValidationSplit.MinInteractions} interactions of a user");
        var training = new TrialTraining(log, _split, time, warnings);
        var cost = new TrialCost(request.Shape);
        var purpose = Purpose();
        state.Check(purpose);
        if (state.Start is null)
            state.Begin(Begin(training, cost, purpose, cancellation));
        else
            budget.Before = state.Start.SecondsToMeasure + state.Finished.Sum(finished => finished.Seconds);
        var plan = new HalvingPlan(state.Start!.Rungs);
        var trials = request.Space.Trials(request.Preset, plan.TrialCount, request.Seed);
        var ladder = new Ladder(plan, trials, state);
        var forecast = new Forecast(plan, trials, ladder, state, cost);
        var heard = new TuningProgress(progress, forecast, budget);
        heard.Note($"{_split.Users.Length:N0} held-out users; {Describe(plan)}"
            + (state.Finished.Count > 0 ? $"; going on after {state.Finished.Count} trainings" : ""));
        for (var rung = 0; rung < plan.Rungs.Count; rung++)
            Climb(rung, plan, training, ladder, forecast, heard, cancellation);
        return new TuningOutcome
        {
            Shape = request.Shape,
            Data = log.Fingerprint(_split.TrainingEnds),
            ValidationUsers = _split.Users.Length,
            Space = request.Space,
            Plan = plan,
            Trials = trials,
            Ranked = [.. ladder.Ranked(ladder.LastRung)],
            Trainings = state.Finished,
            Verdict = Verdict.Of(ladder, trials, state, request.Seed),
            NotTrained = _notTrained,
            Seconds = budget.Used,
            BudgetSeconds = budget.Limit?.TotalSeconds,
        };
    }

    /// <summary>
    /// A quarter of the users, or more where these are few: trials differ by less than epochs do, and what all of them don't learn from is a loss to all of them alike.
    /// </summary>
    private static int DefaultUsers(InteractionLog log) => Math.Clamp(log.UserCount / 4, 1_000, 10_000);

    private static string Describe(HalvingPlan plan) =>
        "the preset and " + string.Join(", then ", plan.Rungs.Select(rung => $"{Count(rung.Trials, "trial")} of {Count(rung.Epochs, "epoch")}"));

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private string[] Purpose() =>
    [
        $"data {log.Fingerprint(_split.TrainingEnds)}",
        $"space {request.Space.ToJson().ToJsonString()}",
        .. TunedSettings.Flat(request.Preset).Select(setting => $"preset's {setting.Key} {setting.Value}"),
        $"seed {request.Seed}",
        $"threads {request.Preset.Threads}",
        $"precision {(request.Preset.BFloat16 ? "bfloat16" : "float32")}",
        $"trials {(request.Trials is { } trials ? trials.ToString(System.Globalization.CultureInfo.InvariantCulture) : "by the budget")}",
    ];

    private TuningStart Begin(TrialTraining training, TrialCost cost, IReadOnlyList<string> purpose, CancellationToken cancellation)
    {
        if (request.Trials is { } wanted)
        {
            var fixedPlan = HalvingPlan.Create(Draw(wanted).Count, request.Preset.Epochs);
            return new TuningStart { Purpose = purpose, Rungs = fixedPlan.Rungs, SecondsAnEpoch = 0, SecondsATraining = 0, SecondsToMeasure = 0 };
        }
        progress.Report(new TrainingProgress { Phase = "tune", Message = "measuring how long an epoch of the preset takes" });
        var seconds = Math.Clamp(budget.Limit!.Value.TotalSeconds * MeasuredShare, LeastSecondsToMeasure, MostSecondsToMeasure);
        var (anEpoch, aTraining) = training.Measure(request.Preset, seconds, cancellation);
        var (preset, available) = (cost.Of(request.Preset), (budget.Limit.Value.TotalSeconds * PlannedShare) - budget.Used);
        var plan = HalvingPlan.Within(request.Preset.Epochs, Draw, settings => anEpoch * cost.Of(settings) / preset, aTraining, available)
            ?? throw new TrainingException(
                $"a budget of {TuningBudget.Text(budget.Limit.Value.TotalSeconds)} is too short: an epoch of the preset takes {TuningBudget.Text(anEpoch)}, so that its training of "
                + $"{request.Preset.Epochs} epochs and that of one other trial take more than {TuningBudget.Text(2 * request.Preset.Epochs * anEpoch)}. Give a longer --budget or fewer --epochs");
        return new TuningStart { Purpose = purpose, Rungs = plan.Rungs, SecondsAnEpoch = anEpoch, SecondsATraining = aTraining, SecondsToMeasure = budget.Used };
    }

    private IReadOnlyList<Trial> Draw(int count)
    {
        var trials = request.Space.Trials(request.Preset, count, request.Seed);
        return trials.Count > 1 ? trials : throw new TrainingException("the space has nothing but the preset's own values: there is nothing to tune");
    }

    private void Climb(
        int rung, HalvingPlan plan, TrialTraining training, Ladder ladder, Forecast forecast, TuningProgress heard, CancellationToken cancellation)
    {
        var contenders = ladder.Contenders(rung);
        for (var i = 0; i < contenders.Count; i++)
        {
            var (trial, epochs) = (contenders[i], plan.Rungs[rung].Epochs);
            if (state.Of(trial.Number, rung) is not null)
                continue;
            if (!Affordable(trial, rung, ladder, forecast))
            {
                _notTrained++;
                continue;
            }
            heard.Begin($"rung {rung + 1} of {plan.Rungs.Count}, {i + 1} of {contenders.Count}, {(trial.IsPreset ? "the preset" : $"trial {trial.Number}")}", rung, trial, epochs);
            using var end = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Clamp(budget.Left, 0, MostSeconds)), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellation);
            try
            {
                var used = budget.Used;
                var finished = training.Run(trial, rung, epochs, state.CheckpointOf(trial.Number, rung), heard, either.Token);
                state.Add(finished);
                // Epochs that an earlier command trained.
                budget.Before += Math.Max(0, finished.Seconds - (budget.Used - used));
                heard.End(Describe(finished), rung);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                _notTrained++;
            }
        }
    }

    private static string Describe(FinishedTraining finished) =>
        (finished.Ndcg() is { } ndcg ? FormattableString.Invariant($"NDCG@{SessionValidator.DecisiveK} {ndcg:F4}") : finished.Failed) + $" in {TuningBudget.Text(finished.Seconds)}";

    /// <summary>Whether a training can end in time, and leave time to train the preset and this trial to the end: without that the whole tuning would be for nothing.</summary>
    private bool Affordable(Trial trial, int rung, Ladder ladder, Forecast forecast)
    {
        var left = budget.Left;
        if (double.IsPositiveInfinity(left))
            return true;
        var seconds = forecast.Seconds(trial, rung) ?? 0;
        if (rung < ladder.LastRung)
        {
            var finals = new HashSet<int> { 0, trial.Number };
            seconds += finals.Sum(number => forecast.SecondsAWork() * forecast.Work(number, request.Preset.Epochs) ?? 0);
        }
        return left > 0 && seconds * Caution <= left;
    }
}
