using System.Globalization;
using Recsys.Inference.Evaluation;
using Recsys.Inference.Evaluation.Baselines;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;
using Recsys.Serving.Models;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Evaluation;

/// <summary>
/// Measures how well held-out interactions are predicted: splits, trains a twin of the model on the training part with the ordinary trainer, ranks every item
/// for each held-out
/// user by the twin, by the engine around it and by the baselines. All rows see the same training interactions, the same histories and the same items. The
/// live model isn't
/// touched.
/// </summary>
internal sealed class Evaluator(
    UserHistories histories, TrainingSetExport export, TrainerProcess trainer, ModelFolder folder, ItemNumbers items, TimeProvider time)
{
    /// <summary>Newest interactions that the bare network reads: as many as a user's ring keeps when it's cut.</summary>
    public const int WindowLength = 200;

    private const double ExportShare = 0.05;
    private const double TrainedShare = 0.8;
    private const double BaselineShare = 0.87;
    private const double ModelShare = 0.92;

    /// <summary>Evaluates.</summary>
    /// <exception cref="EngineException">FailedPrecondition: too few interactions or users; the trainer's own errors.</exception>
    public async Task<EvaluationReport> RunAsync(
        string ns, EvaluationOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        trainer.Locate();
        var all = await histories.ReadAsync(ns, new(progress, 0, ExportShare), cancellationToken).ToListAsync(cancellationToken);
        var holdout = options.Split == EvaluationSplit.Temporal ? Holdout.Temporal(all) : Holdout.LeaveOneOut(all);
        if (holdout.Users.Count == 0) throw NobodyToEvaluate(ns, options.Split);
        holdout = holdout.Sampled(options.MaxUsers, options.Seed);
        using var work = folder.NewWork();
        var (trainingSet, artefact) = (work.Child("training-set"), work.Child("artefact"));
        var split = options.Split == EvaluationSplit.Temporal ? TrainingSetSplit.Temporal : TrainingSetSplit.LeaveOneOut;
        await export.WriteAsync(trainingSet, ns, split, holdout.Training.ToAsyncEnumerable(), cancellationToken);
        await trainer.RunAsync(
            trainingSet, artefact, options.Epochs, options.Seed, new ScaledProgress(progress, ExportShare, TrainedShare), cancellationToken);
        var twin = await Task.Run(() => folder.OpenTrained(artefact, ns), cancellationToken);
        return await MeasureAsync(twin, holdout, options, work.Child("engine"), progress, cancellationToken);
    }

    /// <summary>Ranks for all held-out users by every recommender.</summary>
    internal async Task<EvaluationReport> MeasureAsync(
        LiveModel twin, Holdout holdout, EvaluationOptions options, string scratch, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        EvaluationCase[] cases = [.. holdout.Users.Select(user => EvaluationCase.Of(user, twin, options.ExcludeSeen, WindowLength))];
        var rows = new List<EvaluationRow>();

        var baselines = new ScaledProgress(progress, TrainedShare, BaselineShare);
        baselines.Report("baselines", 0, "fitting the baselines");
        var sequences = SequencesOf(holdout, twin);
        var fitted = await Task.Run(() => Fit(sequences, twin.ItemCount), cancellationToken);
        var counted = new CaseCounter(baselines, "baselines", fitted.Length * cases.Length);
        foreach (var (name, baseline) in fitted)
        {
            rows.Add(Row(name, await CaseScorer.RankAsync(
                cases, twin.ItemCount, (one, scores) => baseline.Score(one.Sequence, scores), counted.Done, cancellationToken)));
        }

        var scores = new ModelScores(twin);
        counted = new(new(progress, BaselineShare, ModelShare), "model", 2 * cases.Length);
        var float32 = await CaseScorer.RankAsync(cases, twin.ItemCount, scores.Float32, counted.Done, cancellationToken);
        var float16 = await CaseScorer.RankAsync(cases, twin.ItemCount, scores.Float16, counted.Done, cancellationToken);

        counted = new(new(progress, ModelShare, 1), "engine", cases.Length);
        var engine = await new EngineReplay(twin, items, scratch, time).RankAsync(cases, options.ExcludeSeen, counted.Done, cancellationToken);
        return new()
        {
            Split = options.Split,
            UserCount = cases.Length,
            ItemCount = twin.ItemCount,
            TrainingInteractionCount = holdout.Training.Sum(user => (long)user.Count),
            Rows = [Row("session (model)", float32), Row("session (engine)", engine), .. rows],
            StreamedFloat16Ndcg = NdcgAt10(float16),
            WindowedFloat32Ndcg = NdcgAt10(float32),
            TieRule = "A tie counts against the target: its rank is one more than the number of other items that score at least as much.",
            Notes = Notes(holdout, cases, twin, options),
        };
    }

    private static (string Name, IBaseline Baseline)[] Fit(IReadOnlyList<int[]> sequences, int itemCount) =>
    [
        ("most popular", MostPopular.Fit(sequences, itemCount)),
        ("item-kNN", ItemKnn.Fit(sequences, itemCount)),
        ("Markov", MarkovChain.Fit(sequences, itemCount)),
    ];

    /// <summary>What baselines learn from: the targets of the training part only.</summary>
    private static List<int[]> SequencesOf(Holdout holdout, LiveModel twin) =>
    [
        .. holdout.Training.Select(user =>
            user.Where(Holdout.IsTarget).Select(interaction => twin.DenseId(interaction.Item)).Where(item => item >= 0).ToArray()),
    ];

    private static EvaluationRow Row(string name, RankingAccumulator averages) =>
        new(name, [.. averages.Scores().Select(score => new MetricsAtK(score.K, score.Ndcg, score.Recall, score.Mrr, score.Coverage))]);

    private static double NdcgAt10(RankingAccumulator averages) => averages.Scores().First(score => score.K == 10).Ndcg;

    private static List<string> Notes(Holdout holdout, EvaluationCase[] cases, LiveModel twin, EvaluationOptions options)
    {
        var notes = new List<string>();
        var unknown = cases.Count(one => twin.DenseId(one.User.Target.Item) < 0);
        var repeated = cases.Count(one => one.Target < 0) - unknown;
        Add(unknown, "targets are items that the training part doesn't have: a miss in every row");
        Add(repeated, "targets are items that the user had met before, and seen items are left out: a miss in every row");
        Add(holdout.WithoutHistory, "users have nothing before the moment of the split and are not evaluated");
        if (holdout.CutMs is { } cut)
        {
            var moment = DateTimeOffset.FromUnixTimeMilliseconds(cut).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            notes.Add($"The training part ends before {moment}.");
        }

        if (options.Split == EvaluationSplit.LeaveOneOut)
        {
            notes.Add($"Users with fewer than {Holdout.MinTargets} interactions to learn from are trained on and not evaluated.");
        }

        return notes;

        void Add(int count, string what)
        {
            if (count > 0) notes.Add($"{count.ToString(CultureInfo.InvariantCulture)} {what}.");
        }
    }

    private static EngineException NobodyToEvaluate(string ns, EvaluationSplit split) => new(
        EngineErrorKind.FailedPrecondition,
        "TOO_FEW_INTERACTIONS",
        split == EvaluationSplit.Temporal
            ? $"No user of namespace '{ns}' has interactions both before and in the newest tenth of all interactions."
            : $"No user of namespace '{ns}' has at least {Holdout.MinTargets} interactions to learn from.");
}
