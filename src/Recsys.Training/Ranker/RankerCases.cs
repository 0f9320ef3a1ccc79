using Recsys.Inference.Evaluation;
using Recsys.Inference.Index;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>
/// Makes each held-out target's candidates with their features, as the server would have at its moment. Where it's known in which list the user met the target, the candidates are what that list
/// showed; else what the sources propose. Nothing of them depends on the target or on what came after it, but which of them is the target.
/// </summary>
/// <param name="log">The data.</param>
/// <param name="settings">The training's.</param>
/// <param name="sources">The sources, with a taste, fitted to those; without a ranker.</param>
internal sealed class RankerCases(InteractionLog log, TrainingSettings settings, SourceModels sources)
{
    /// <summary>Candidates of the session source, and of each other, that a ranker learns from: deeper ones are hardly ever in reach of the top, and its time grows with them.</summary>
    private const int LearnedDepth = 100, LearnedDepthOfOthers = 50;

    /// <summary>Lists between two interactions that say how often what is shown is played: the newest few.</summary>
    private const int ListsBetween = 4;

    private readonly bool _timesTell = DataShape.Of(log).TimesTell;

    /// <summary>The cases, in the order of the targets, and all lists that were shown before these since the interaction before, once each, with what was played of them.</summary>
    /// <param name="targets">Held-out targets.</param>
    /// <param name="logits">The network's logits for each of them, by place.</param>
    /// <param name="cancellation">Ends it.</param>
    public (RankerCase[] Cases, RankerCase[] Lists) Of(HeldOutTarget[] targets, Func<int, float[]> logits, CancellationToken cancellation)
    {
        var made = new (RankerCase Case, List<(int List, RankerCase Case)> Lists)[targets.Length];
        Parallel.For(0, targets.Length, new ParallelOptions { CancellationToken = cancellation }, () => new Scratch(log.ItemCount, sources), (at, _, scratch) =>
        {
            made[at] = Of(targets[at], logits(at), scratch);
            return scratch;
        }, _ => { });
        RankerCase[] cases = [.. made.Select(one => one.Case)];
        RankerCase[] lists = [.. made.SelectMany(one => one.Lists).DistinctBy(one => (one.Case.User, one.List)).Select(one => one.Case)];
        if (_timesTell)
            TrendSweep.Fill(log, [.. cases, .. lists], settings.TrendingHalfLifeHours * 3_600_000.0);
        FillUnknown(cases, lists);
        return (cases, lists);
    }

    /// <summary>The target's case, and the lists before it.</summary>
    private (RankerCase Case, List<(int List, RankerCase Case)> Lists) Of(HeldOutTarget held, float[] logits, Scratch scratch)
    {
        var target = log.Items[held.At];
        var own = log.Shown?.ListOf(log, held) ?? [];
        IReadOnlyList<int[]> lists = log.Shown is { } shown
            ? [.. shown.Between(log, held, ListsBetween).Append(own).Where(rows => rows.Length > 0).DistinctBy(rows => shown.Lists[rows[0]])]
            : [];
        Gather(held, logits, lists, scratch);
        var passedOver = own.Where(row => log.Shown!.Items[row] == target || !log.Shown.IsPlayed(log, held.User, row)).ToArray();
        var one = passedOver.Length == 0 ? null : Shown(held, passedOver, target, scratch);
        one = one is { Count: > 1 }
            ? one
            : CaseAt(log.ChosenMs(held.At, log.UserStarts[held.User]), held, PlaceOf(target, scratch.Pool), SessionRank(held, target, scratch), scratch)
                .Only([.. Enumerable.Range(0, scratch.ProposedCount)]);
        return (one, [.. lists.Select(rows => (log.Shown!.Lists[rows[0]], Shown(held, rows, -1, scratch))).Where(list => list.Item2.Count > 0)]);
    }

    /// <summary>Scores all items by the sources; the pool is what they propose, and then what these lists showed.</summary>
    private void Gather(HeldOutTarget held, float[] logits, IReadOnlyList<int[]> lists, Scratch scratch)
    {
        var taste = sources.Taste!;
        var (history, kinds, strengths) = TargetColumns.Before(log, held);
        taste.FoldIn(history, TasteSelection.Confidences(kinds, strengths, taste.Options.StrengthWeight), scratch.User);
        scratch.Scores.Reset(log.ItemCount);
        scratch.Pool.Clear();
        logits.CopyTo(scratch.Scores.Of(ModelSource.Session));
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            if (!(scratch.On[(int)source] = sources.Has(source)))
                continue;
            sources.Score(source, new UserHistory(history, scratch.User), scratch.Scores.Of(source), except: held.User);
            scratch.Scores.Of(source).CopyTo(scratch.Ranked);
            LeaveOutSeen(held, log.Items[held.At], scratch.Ranked);
            var best = scratch.Best.AsSpan(0, source == ModelSource.Session ? LearnedDepth : LearnedDepthOfOthers);
            scratch.Pool.Add((int)source, best[..TopItems.Select(scratch.Ranked, [], best)]);
        }
        scratch.ProposedCount = scratch.Pool.Count;
        foreach (var item in lists.SelectMany(rows => rows).Select(row => log.Shown!.Items[row]).Where(item => item >= 0))
            scratch.Pool.Add(CandidatePool.Boosted, [new ScoredItem(item, 0)]);
        scratch.HistoryCount = history.Length;
        scratch.Newest = [.. history.TakeLast(WatchedNext.Reach).Select(item => (uint)item)];
        scratch.Profile.AsSpan().Clear();
        sources.Facts?.AddProfile(history, 1, scratch.Profile);
    }

    /// <summary>The whole pool with its features at a moment.</summary>
    private RankerCase CaseAt(long momentMs, HeldOutTarget held, int target, int sessionRank, Scratch scratch)
    {
        var (moment, last) = _timesTell ? (momentMs, log.TimesMs[held.At - 1]) : (0, 0);
        sources.Fill(scratch.Pool, scratch.Scores, scratch.On, [], [], new ListContext(scratch.HistoryCount, moment, last, scratch.Profile), scratch.Table);
        return RankerCase.Of(held.User, scratch.Table, scratch.Pool, target, sessionRank) with { MomentMs = momentMs, Newest = scratch.Newest };
    }

    /// <summary>Those candidates that a list showed, once each, at the moment at which it did.</summary>
    private RankerCase Shown(HeldOutTarget held, int[] rows, int target, Scratch scratch)
    {
        var shown = log.Shown!;
        int[] known = [.. rows.Where(row => shown.Items[row] >= 0).DistinctBy(row => shown.Items[row])];
        var all = CaseAt(rows.Max(row => shown.TimesMs[row]), held, target < 0 ? -1 : PlaceOf(target, scratch.Pool), 0, scratch);
        var one = all.Only([.. known.Select(row => PlaceOf(shown.Items[row], scratch.Pool))]);
        var positions = one.Column((int)RankerFeature.Position);
        for (var i = 0; i < known.Length; i++)
            positions[i] = shown.Positions[known[i]] is >= 0 and var place ? MathF.Log(1 + place) : float.NaN;
        return one with
        {
            IsShown = true,
            Played = [.. known.Select(row => shown.IsPlayed(log, held.User, row))],
            SessionRank = one.Target < 0 ? 0 : RankingMetrics.Rank([.. one.Items.Select(item => SessionScore(item, scratch))], one.Target),
        };
    }

    /// <summary>Where a feature isn't known of a candidate it's the mean of those of whom it is, as the server has it.</summary>
    private static void FillUnknown(RankerCase[] cases, RankerCase[] lists)
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
            foreach (var one in cases.Concat(lists))
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

        /// <summary>By <see cref="ModelSource"/>.</summary>
        public bool[] On { get; } = new bool[SourceScores.Count];

        /// <summary>Targets of the history.</summary>
        public int HistoryCount { get; set; }

        /// <summary>The newest of these, oldest first.</summary>
        public uint[] Newest { get; set; } = [];

        /// <summary>Candidates that sources propose: the first ones of the pool.</summary>
        public int ProposedCount { get; set; }
    }
}
