using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;
using Recsys.Serving.Models;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Evaluation;

/// <summary>
/// Measures how well held-out interactions are predicted: splits, trains a twin of the model on the training part with the ordinary trainer (and one more for
/// each variant of its settings), ranks every item for each held-out user by the twins, by the engine around the first and by the baselines. All rows see the same
/// training interactions, the same histories and the same items. The live model isn't touched.
/// </summary>
internal sealed class Evaluator(
    UserHistories histories, TrainingSetExport export, TrainerProcess trainer, TrainerSettings settings, ModelFolder folder, ItemNumbers items, TimeProvider time)
{
    private const double ExportShare = 0.05;
    private const double TrainedShare = 0.8;
    private const string MainName = "session";

    /// <summary>Evaluates.</summary>
    /// <exception cref="EngineException">FailedPrecondition: too few interactions or users; the trainer's own errors.</exception>
    public async Task<EvaluationReport> RunAsync(
        string ns, EvaluationOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        trainer.Locate();
        var all = await histories.ReadAsync(ns, new(progress, 0, ExportShare), cancellationToken).ToListAsync(cancellationToken);
        var given = new TestHistories(histories, items, ns);
        var holdout = options.Split switch
        {
            EvaluationSplit.Temporal => Holdout.Temporal(all, options.EveryNext),
            EvaluationSplit.Given => Holdout.Given(all, given.Fold(options.Test), options.EveryNext),
            _ => Holdout.LeaveOneOut(all),
        };
        if (options.UserIds.Count > 0) holdout = holdout.Only(options.UserIds);
        if (holdout.Users.Count == 0) throw NobodyToEvaluate(ns, options);
        holdout = holdout.Sampled(options.MaxUsers, options.Seed);
        using var work = folder.NewWork();
        var trainingSet = work.Child("training-set");
        var split = options.Split switch
        {
            EvaluationSplit.Temporal => TrainingSetSplit.Temporal,
            EvaluationSplit.Given => TrainingSetSplit.None,
            _ => TrainingSetSplit.LeaveOneOut,
        };
        await export.WriteAsync(trainingSet, ns, split, holdout.Training.Select(interactions => new UserHistory("", interactions)).ToAsyncEnumerable(), cancellationToken);
        var files = await SettingsAsync(trainingSet, work, options, cancellationToken);
        var curves = new List<TrainingCurve>();
        var trainings = new ScaledProgress(progress, ExportShare, TrainedShare);
        for (var i = 0; i <= options.Variants.Count; i++)
        {
            var curve = new TrainingCurves(
                i == 0 ? MainName : options.Variants[i - 1].Name,
                new ScaledProgress(trainings, (double)i / (options.Variants.Count + 1), (i + 1.0) / (options.Variants.Count + 1)));
            await trainer.RunAsync(trainingSet, work.Child($"artefact-{i}"), options.Epochs, options.Seed, files[i], curve, cancellationToken);
            curves.AddRange(curve.All);
        }

        var twin = await OpenAsync(0);
        var measurement = new Measurement(twin, holdout, options, given.IdOf, time);
        await measurement.RankAsync(OpenAsync, work.Child("engine"), new(progress, TrainedShare, 1), cancellationToken);
        return measurement.Report() with { TrainingCurves = curves };

        Task<LiveModel> OpenAsync(int i) => Task.Run(() => folder.OpenTrained(work.Child($"artefact-{i}"), ns), cancellationToken);
    }

    /// <summary>The settings of the model and its variants. A mistake in one is found now, not after the trainings before it.</summary>
    private async Task<string?[]> SettingsAsync(string trainingSet, WorkFolder work, EvaluationOptions options, CancellationToken cancellationToken)
    {
        var files = new string?[options.Variants.Count + 1];
        for (var i = 0; i < files.Length; i++)
        {
            var own = i == 0 ? options.SettingsJson : options.Variants[i - 1].SettingsJson;
            files[i] = await settings.FileAsync(work.Child($"settings-{i}.json"), own, cancellationToken);
            if (own is null) continue;
            try
            {
                await trainer.CheckAsync(trainingSet, work.Child($"artefact-{i}"), files[i], cancellationToken);
            }
            catch (EngineException e) when (e.Reason == "TRAINING_FAILED")
            {
                // Too little data fails all of them: that isn't the settings' fault.
                await trainer.CheckAsync(trainingSet, work.Child($"artefact-{i}"), i == 0 ? null : files[0], cancellationToken);
                throw i == 0
                    ? new EngineException(EngineErrorKind.InvalidArgument, "SETTINGS_INVALID", e.Message, "settings_json", e)
                    : new EngineException(
                        EngineErrorKind.InvalidArgument, "SETTINGS_INVALID", $"variant '{options.Variants[i - 1].Name}': {e.Message}", $"variants[{i - 1}].settings_json", e);
            }
        }

        return files;
    }

    private static EngineException NobodyToEvaluate(string ns, EvaluationOptions options) => new(
        EngineErrorKind.FailedPrecondition,
        "TOO_FEW_INTERACTIONS",
        options.UserIds.Count > 0
            ? $"None of the {options.UserIds.Count} given users of namespace '{ns}' can be evaluated on this split."
            : options.Split switch
            {
                EvaluationSplit.Temporal => $"No user of namespace '{ns}' has interactions both before and in the newest tenth of all interactions.",
                EvaluationSplit.Given => "No user of the test data has an interaction to predict after another one.",
                _ => $"No user of namespace '{ns}' has at least {Holdout.MinTargets} interactions to learn from.",
            });
}
