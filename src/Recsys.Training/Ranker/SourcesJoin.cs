using Recsys.Inference;
using Recsys.Inference.Evaluation;
using Recsys.Inference.Index;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;
using Recsys.Training.Progress;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>
/// The further sources beside the session network, and the ranker over all of them: fitted without what is held out, the ranker to what is held out, and then the sources once more to everything.
/// </summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">The training's.</param>
/// <param name="progress">Hears of it.</param>
internal sealed class SourcesJoin(InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress)
{
    /// <summary>Floats that the held-out users' logits may take: fewer users are asked where there are many items.</summary>
    private const int MostLogits = 1 << 26;

    /// <summary>Fewer held-out users can't tell what a source is worth.</summary>
    private const int LeastUsers = 100;

    /// <summary>Candidates of the session source that the ranker learns from: deeper ones are hardly ever in reach of the top.</summary>
    private const int LearnedDepth = 200;

    /// <summary>A ranker joins only where it leads the session source by more than one standard error, hidden layers only where they lead the straight way by as much.</summary>
    private const double ErrorsToJoin = 1;

    /// <summary>Fits.</summary>
    /// <param name="trained">The network with its partners.</param>
    /// <param name="validator">Ranks by it.</param>
    /// <param name="cancellation">Ends it.</param>
    public TrainedSession Join(TrainedSession trained, SessionValidator validator, CancellationToken cancellation)
    {
        var users = AskedUsers();
        if (users.Length < LeastUsers)
        {
            Report($"no further sources beside the network: {users.Length} held-out users are too few to tell what they are worth, {LeastUsers} are needed");
            return trained;
        }
        var own = Histories(split.TrainingEnds);
        Report(FormattableString.Invariant($"taste: vectors of {log.ItemCount:N0} items"));
        var tasteOptions = TasteSelection.Choose(own.Sequences, own.Kinds, own.Strengths, log.ItemCount, settings.MaskOwnItems, cancellation);
        var taste = TasteSelection.Fit(own.Sequences, own.Kinds, own.Strengths, log.ItemCount, tasteOptions, cancellation);
        var cases = Array.ConvertAll(users, user => new BlendCase(HistoryOf(own, user), null, log.Items[split.TrainingEnds[user]]));
        Report(FormattableString.Invariant($"linear weights of {log.ItemCount:N0} items"));
        var shape = RulesShape.Of(own.Sequences, log.ItemCount, orderKnown: false);
        var candidates = RulesPreset.Candidates(shape);
        var (linearOptions, _, linear) = RulesSelection.Choose(
            own.Sequences, null, log.ItemCount, RulesFit(log.ItemCount) ? candidates : [candidates[0]], cases, settings.MaskOwnItems, cancel: cancellation);

        Report(FormattableString.Invariant($"ranker: candidates of {users.Length:N0} held-out users"));
        var popularity = Array.ConvertAll(log.CountTargets(split.TrainingEnds), count => (float)count);
        var sources = new SourceModels(trained.Partners, taste, linear, null, popularity);
        var logits = validator.Logits(trained.Weights, users, settings.Network.TimeGaps, cancellation);
        var ranked = Cases(users, cases, own, sources, logits, cancellation);
        var session = RankerFolds.SessionGains(ranked);
        var straight = RankerFolds.Gains(ranked, some => RankerTrainer.Fit(some, deep: false, settings.Seed, cancellation));
        var deep = RankerFolds.Gains(ranked, some => RankerTrainer.Fit(some, deep: true, settings.Seed, cancellation));
        var isDeep = PairedLead.InStandardErrors(Less(deep, straight)) > ErrorsToJoin;
        var chosen = isDeep ? deep : straight;
        var joins = PairedLead.InStandardErrors(Less(chosen, session)) > ErrorsToJoin;
        Report(FormattableString.Invariant($"ranker: NDCG@10 {session.Average():F4} by the session source, {straight.Average():F4} straight, {deep.Average():F4} with hidden layers; ")
            + FormattableString.Invariant($"{ranked.Count(one => one.Target >= 0) / (double)ranked.Length:P1} of the targets are candidates; {(joins ? isDeep ? "hidden layers join" : "the straight one joins" : "it doesn't join")}"));
        var ranker = joins ? RankerTrainer.Fit(ranked, isDeep, settings.Seed, cancellation) : null;
        Report("fitting the sources once more, to everything");
        var all = Histories(log.UserStarts[1..]);
        return trained with
        {
            Taste = TasteSelection.Fit(all.Sequences, all.Kinds, all.Strengths, log.ItemCount, tasteOptions, cancellation),
            Linear = ItemRulesFit.Fit(all.Sequences, null, log.ItemCount, linearOptions, cancellation),
            Ranker = ranker,
        };
    }

    private static bool RulesFit(int items) => items <= 5_000;

    private static double[] Less(double[] one, double[] other) => [.. one.Select((value, at) => value - other[at])];

    private RankerCase[] Cases(int[] users, BlendCase[] cases, Columns own, SourceModels sources, Func<int, float[]> logits, CancellationToken cancellation)
    {
        var ranked = new RankerCase[users.Length];
        var seen = settings.MaskOwnItems;
        Parallel.For(0, users.Length, new ParallelOptions { CancellationToken = cancellation }, () => new Scratch(log.ItemCount, sources.Taste!.Dimensions), (at, _, scratch) =>
        {
            var history = cases[at].History;
            var first = own.Sequences[users[at]].Length - history.Length;
            var confidences = TasteSelection.Confidences(own.Kinds[users[at]].AsSpan(first), own.Strengths[users[at]].AsSpan(first), sources.Taste!.Options.StrengthWeight);
            sources.Taste.FoldIn(history, confidences, scratch.User);
            scratch.Scores.Reset(log.ItemCount);
            scratch.Pool.Clear();
            logits(at).CopyTo(scratch.Scores.Of(ModelSource.Session));
            var user = new UserHistory(history, scratch.User);
            Span<bool> on = stackalloc bool[SourceScores.Count];
            var target = cases[at].Target;
            for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
            {
                if (!(on[(int)source] = sources.Has(source)))
                    continue;
                var scores = scratch.Scores.Of(source);
                sources.Score(source, user, scores, except: users[at]);
                scores.CopyTo(scratch.Masked);
                if (seen)
                    RankingMetrics.Exclude(scratch.Masked, own.Sequences[users[at]], target);
                var count = TopItems.Select(scratch.Masked, [], scratch.Best.AsSpan(0, source == ModelSource.Session ? LearnedDepth : SourceModels.SourceDepth));
                scratch.Pool.Add((int)source, scratch.Best.AsSpan(0, count));
            }
            scratch.Scores.Of(ModelSource.Session).CopyTo(scratch.Masked);
            if (sources.Has(ModelSource.CoWatched))
            {
                var rules = scratch.Scores.Of(ModelSource.CoWatched);
                for (var i = 0; i < rules.Length; i++)
                    scratch.Masked[i] += rules[i];
            }
            if (seen)
                RankingMetrics.Exclude(scratch.Masked, own.Sequences[users[at]], target);
            sources.Fill(scratch.Pool, scratch.Scores, on, [], [], history.Length, scratch.Table);
            var place = -1;
            for (var i = 0; i < scratch.Pool.Count && place < 0; i++)
                if (scratch.Pool.Items[i] == target)
                    place = i;
            ranked[at] = RankerCase.Of(scratch.Table, scratch.Pool, place, RankingMetrics.Rank(scratch.Masked, target));
            return scratch;
        }, _ => { });
        if (DataShape.Of(log).TimesTell)
            TrendSweep.Fill(log, split, users, ranked, 24 * 3_600_000.0);
        return ranked;
    }

    private int[] AskedUsers()
    {
        var most = Math.Max(LeastUsers, MostLogits / log.ItemCount);
        if (split.Users.Length <= most)
            return split.Users;
        int[] users = [.. split.Users];
        SeededRandom.Create(settings.Seed, stream: 5).Shuffle(users);
        return [.. users.Take(most).Order()];
    }

    private void Report(string message) => progress.Report(new TrainingProgress { Phase = "partners", Fraction = 1, Message = message });

    private int[] HistoryOf(Columns columns, int user)
    {
        var targets = columns.Sequences[user];
        return targets[Math.Max(0, targets.Length - SourceModels.HistoryLength)..];
    }

    private Columns Histories(int[] ends)
    {
        var columns = new Columns(new int[log.UserCount][], new InteractionKind[log.UserCount][], new byte[log.UserCount][]);
        for (var user = 0; user < log.UserCount; user++)
        {
            int[] places = [.. Enumerable.Range(log.UserStarts[user], ends[user] - log.UserStarts[user]).Where(log.IsTarget)];
            columns.Sequences[user] = Array.ConvertAll(places, at => log.Items[at]);
            columns.Kinds[user] = Array.ConvertAll(places, at => log.Kinds[at]);
            columns.Strengths[user] = Array.ConvertAll(places, at => log.Strengths[at]);
        }
        return columns;
    }

    private sealed record Columns(int[][] Sequences, InteractionKind[][] Kinds, byte[][] Strengths);

    private sealed class Scratch(int items, int dimensions)
    {
        public SourceScores Scores { get; } = new();

        public CandidatePool Pool { get; } = new();

        public RankerTable Table { get; } = new();

        public float[] Masked { get; } = new float[items];

        public float[] User { get; } = new float[dimensions];

        public ScoredItem[] Best { get; } = new ScoredItem[SourceModels.SessionDepth];
    }
}
