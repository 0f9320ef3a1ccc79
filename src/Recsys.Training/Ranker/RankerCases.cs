using Recsys.Inference.Evaluation;
using Recsys.Inference.Index;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>Makes each held-out target's candidates with their features, as the server would have at its moment. Nothing of them depends on what is held out but which of them is the target.</summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">The training's.</param>
/// <param name="sources">The sources, with a taste, fitted to those.</param>
internal sealed class RankerCases(InteractionLog log, ValidationSplit split, TrainingSettings settings, SourceModels sources)
{
    /// <summary>Candidates of the session source, and of each other, that a ranker learns from: deeper ones are hardly ever in reach of the top, and its time grows with them.</summary>
    private const int LearnedDepth = 100, LearnedDepthOfOthers = 50;

    /// <summary>The cases, in the order of the targets.</summary>
    /// <param name="targets">Held-out targets.</param>
    /// <param name="logits">The network's logits for each of them, by place.</param>
    /// <param name="cancellation">Ends it.</param>
    public RankerCase[] Of(HeldOutTarget[] targets, Func<int, float[]> logits, CancellationToken cancellation)
    {
        var cases = new RankerCase[targets.Length];
        Parallel.For(0, targets.Length, new ParallelOptions { CancellationToken = cancellation }, () => new Scratch(log.ItemCount, sources.Taste!.Dimensions), (at, _, scratch) =>
        {
            cases[at] = One(targets[at], logits(at), scratch);
            return scratch;
        }, _ => { });
        if (DataShape.Of(log).TimesTell)
            TrendSweep.Fill(log, split, targets, cases, settings.TrendingHalfLifeHours * 3_600_000.0);
        return cases;
    }

    private RankerCase One(HeldOutTarget held, float[] logits, Scratch scratch)
    {
        var taste = sources.Taste!;
        var (history, kinds, strengths) = TargetColumns.Before(log, held);
        taste.FoldIn(history, TasteSelection.Confidences(kinds, strengths, taste.Options.StrengthWeight), scratch.User);
        scratch.Scores.Reset(log.ItemCount);
        scratch.Pool.Clear();
        logits.CopyTo(scratch.Scores.Of(ModelSource.Session));
        Span<bool> on = stackalloc bool[SourceScores.Count];
        var target = log.Items[held.At];
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (!(on[(int)source] = sources.Has(source)))
                continue;
            sources.Score(source, new UserHistory(history, scratch.User), scratch.Scores.Of(source), except: held.User);
            scratch.Scores.Of(source).CopyTo(scratch.Ranked);
            LeaveOutSeen(held, target, scratch.Ranked);
            var best = scratch.Best.AsSpan(0, source == ModelSource.Session ? LearnedDepth : LearnedDepthOfOthers);
            scratch.Pool.Add((int)source, best[..TopItems.Select(scratch.Ranked, [], best)]);
        }
        sources.Fill(scratch.Pool, scratch.Scores, on, [], [], history.Length, scratch.Table);
        return RankerCase.Of(held.User, scratch.Table, scratch.Pool, PlaceOf(target, scratch.Pool), SessionRank(held, target, scratch));
    }

    /// <summary>The target's rank among all items by what the session source and its rules say, which is what is served without a ranker.</summary>
    private int SessionRank(HeldOutTarget held, int target, Scratch scratch)
    {
        scratch.Scores.Of(ModelSource.Session).CopyTo(scratch.Ranked);
        if (sources.Has(ModelSource.CoWatched))
        {
            var rules = scratch.Scores.Of(ModelSource.CoWatched);
            for (var i = 0; i < rules.Length; i++)
                scratch.Ranked[i] += rules[i];
        }
        LeaveOutSeen(held, target, scratch.Ranked);
        return RankingMetrics.Rank(scratch.Ranked, target);
    }

    private void LeaveOutSeen(HeldOutTarget held, int target, float[] scores)
    {
        if (settings.MaskOwnItems)
            RankingMetrics.Exclude(scores, log.Items.AsSpan(log.UserStarts[held.User]..held.At), target);
    }

    private static int PlaceOf(int target, CandidatePool pool)
    {
        for (var i = 0; i < pool.Count; i++)
            if (pool.Items[i] == target)
                return i;
        return -1;
    }

    private sealed class Scratch(int items, int dimensions)
    {
        public SourceScores Scores { get; } = new();

        public CandidatePool Pool { get; } = new();

        public RankerTable Table { get; } = new();

        public float[] Ranked { get; } = new float[items];

        public float[] User { get; } = new float[dimensions];

        public ScoredItem[] Best { get; } = new ScoredItem[LearnedDepth];
    }
}
