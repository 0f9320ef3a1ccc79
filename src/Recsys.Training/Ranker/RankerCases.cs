using Recsys.Inference.Evaluation;
using Recsys.Inference.Index;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>
/// Makes each held-out target's candidates with their features, as the server would have at its moment. Where it's known in which list the user met the target, the candidates are what that list
/// showed; else what the sources propose. Nothing of them depends on what is held out but which of them is the target.
/// </summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">The training's.</param>
/// <param name="sources">The sources, with a taste, fitted to those; without a ranker.</param>
internal sealed class RankerCases(InteractionLog log, ValidationSplit split, TrainingSettings settings, SourceModels sources)
{
    /// <summary>Candidates of the session source, and of each other, that a ranker learns from: deeper ones are hardly ever in reach of the top, and its time grows with them.</summary>
    private const int LearnedDepth = 100, LearnedDepthOfOthers = 50;

    /// <summary>Lists of which nothing was played, of those between two interactions.</summary>
    private const int UnplayedLists = 3;

    private readonly bool _timesTell = DataShape.Of(log).TimesTell;

    /// <summary>The cases, in the order of the targets, and the lists of which nothing was played, whose target is -1.</summary>
    /// <param name="targets">Held-out targets.</param>
    /// <param name="logits">The network's logits for each of them, by place.</param>
    /// <param name="cancellation">Ends it.</param>
    public (RankerCase[] Cases, RankerCase[] Unplayed) Of(HeldOutTarget[] targets, Func<int, float[]> logits, CancellationToken cancellation)
    {
        var made = new List<RankerCase>[targets.Length];
        Parallel.For(0, targets.Length, new ParallelOptions { CancellationToken = cancellation }, () => new Scratch(log.ItemCount, sources), (at, _, scratch) =>
        {
            made[at] = Of(targets[at], logits(at), scratch);
            return scratch;
        }, _ => { });
        RankerCase[] all = [.. made.SelectMany(cases => cases)];
        if (_timesTell)
            TrendSweep.Fill(log, split, [.. made.SelectMany((cases, at) => cases.Select(_ => targets[at]))], all, settings.TrendingHalfLifeHours * 3_600_000.0);
        FillUnknown(all);
        var (first, cases) = (0, new RankerCase[targets.Length]);
        for (var at = 0; at < targets.Length; first += made[at].Count, at++)
            cases[at] = all[first];
        return (cases, [.. all.Except(cases, ReferenceEqualityComparer.Instance).Cast<RankerCase>()]);
    }

    /// <summary>The target's case, and the lists before it of which nothing was played.</summary>
    private List<RankerCase> Of(HeldOutTarget held, float[] logits, Scratch scratch)
    {
        var target = log.Items[held.At];
        var shown = log.Shown?.ListOf(log, held) ?? [];
        var unplayed = log.Shown?.UnplayedBefore(log, held, UnplayedLists) ?? [];
        var all = Proposed(held, logits, [.. unplayed.Append(shown).SelectMany(rows => rows.Select(row => log.Shown!.Items[row])).Where(item => item >= 0)], scratch);
        var own = shown.Length == 0 ? null : Shown(all, [.. shown.Where(row => log.Shown!.Items[row] == target || !log.Shown.IsPlayed(log, held.User, row))], target, scratch);
        var cases = new List<RankerCase> { own is { Count: > 1 } ? own : all.Only([.. Enumerable.Range(0, scratch.ProposedCount)]) };
        cases.AddRange(unplayed.Select(rows => Shown(all, rows, -1, scratch)).Where(one => one.Count > 0));
        return cases;
    }

    /// <summary>What the sources propose, and these items.</summary>
    private RankerCase Proposed(HeldOutTarget held, float[] logits, int[] others, Scratch scratch)
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
        scratch.ProposedCount = scratch.Pool.Count;
        foreach (var item in others)
            scratch.Pool.Add(CandidatePool.Boosted, [new ScoredItem(item, 0)]);
        scratch.Profile.AsSpan().Clear();
        sources.Facts?.AddProfile(history, 1, scratch.Profile);
        var (moment, last) = _timesTell ? (log.TimesMs[held.At], log.TimesMs[held.At - 1]) : (0, 0);
        sources.Fill(scratch.Pool, scratch.Scores, on, [], [], new ListContext(history.Length, moment, last, scratch.Profile), scratch.Table);
        return RankerCase.Of(held.User, scratch.Table, scratch.Pool, PlaceOf(target, scratch.Pool), SessionRank(held, target, scratch));
    }

    /// <summary>Those candidates that a list showed, once each.</summary>
    private RankerCase Shown(RankerCase all, int[] rows, int target, Scratch scratch)
    {
        int[] known = [.. rows.Where(row => log.Shown!.Items[row] >= 0).DistinctBy(row => log.Shown!.Items[row])];
        var place = target < 0 ? -1 : PlaceOf(target, scratch.Pool);
        var one = (all with { Target = place }).Only([.. known.Select(row => PlaceOf(log.Shown!.Items[row], scratch.Pool))]);
        var positions = one.Column((int)RankerFeature.Position);
        for (var i = 0; i < known.Length; i++)
            positions[i] = MathF.Log(1 + log.Shown!.Positions[known[i]]);
        var session = new float[one.Count];
        for (var i = 0; i < one.Count; i++)
            session[i] = SessionScore(one.Items[i], scratch);
        return one with { IsShown = true, SessionRank = one.Target < 0 ? 0 : RankingMetrics.Rank(session, one.Target) };
    }

    /// <summary>Where a feature isn't known of a candidate it's the mean of those of whom it is, as the server has it.</summary>
    private static void FillUnknown(RankerCase[] cases)
    {
        for (var feature = 0; feature < RankerTable.FeatureCount; feature++)
        {
            double sum = 0, count = 0;
            foreach (var one in cases)
            {
                foreach (var value in one.Column(feature))
                {
                    if (!float.IsNaN(value))
                        (sum, count) = (sum + value, count + 1);
                }
            }
            var mean = count == 0 ? 0 : (float)(sum / count);
            foreach (var one in cases)
            {
                foreach (ref var value in one.Column(feature))
                    value = float.IsNaN(value) ? mean : value;
            }
        }
    }

    /// <summary>The target's rank among all items by what the session source and its rules say, which is what is served without a ranker.</summary>
    private int SessionRank(HeldOutTarget held, int target, Scratch scratch)
    {
        for (var item = 0; item < log.ItemCount; item++)
            scratch.Ranked[item] = SessionScore(item, scratch);
        LeaveOutSeen(held, target, scratch.Ranked);
        return RankingMetrics.Rank(scratch.Ranked, target);
    }

    private float SessionScore(int item, Scratch scratch) =>
        scratch.Scores.Of(ModelSource.Session)[item] + (sources.Has(ModelSource.CoWatched) ? scratch.Scores.Of(ModelSource.CoWatched)[item] : 0);

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

    private sealed class Scratch(int items, SourceModels sources)
    {
        public SourceScores Scores { get; } = new();

        public CandidatePool Pool { get; } = new();

        public RankerTable Table { get; } = new();

        public float[] Ranked { get; } = new float[items];

        public float[] User { get; } = new float[sources.Taste!.Dimensions];

        public float[] Profile { get; } = new float[sources.Facts?.CategoryCount ?? 0];

        public ScoredItem[] Best { get; } = new ScoredItem[LearnedDepth];

        /// <summary>Candidates that sources propose: the first ones of the pool.</summary>
        public int ProposedCount { get; set; }
    }
}
