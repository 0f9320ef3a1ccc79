using System.Globalization;
using Recsys.Inference.Evaluation;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Models;

namespace Recsys.Serving.Evaluation;

/// <summary>Ranks for all held-out users by every recommender, and makes the report of it.</summary>
/// <param name="twin">The model, trained on the training part. Items are named by its dense ids.</param>
/// <param name="holdout">The split.</param>
/// <param name="options">How to evaluate.</param>
/// <param name="idOf">The id of each numbered item of the histories.</param>
/// <param name="time">The clock.</param>
internal sealed class Measurement(LiveModel twin, Holdout holdout, EvaluationOptions options, Func<uint, string> idOf, TimeProvider time)
{
    /// <summary>Newest interactions that the bare network reads: as many as a user's ring keeps when it's cut.</summary>
    public const int WindowLength = 200;

    private const int DecisiveK = 10;
    private const double BaselineShare = 0.35;
    private const double ModelShare = 0.6;

    private const string ToldTheTime = "(model, told the time of the request)";

    private const string TieRule = "A tie counts against the target: its rank is one more than the number of other items that score at least as much. "
        + "In the lists shown, equal scores stand in the order of the items' first appearance in the store.";

    private readonly EvaluationCase[] _cases = CasesFor(twin, holdout, options);
    private readonly List<(string Name, RankedCases Ranked)> _rows = [];
    private readonly List<string> _notes = [];
    private readonly int[] _popularity = new int[twin.ItemCount];
    private double _float16Ndcg;

    /// <summary>Ranks.</summary>
    /// <param name="openVariant">Opens the model of a variant, from 1.</param>
    /// <param name="scratch">A folder for the engine.</param>
    /// <param name="progress">Told the share of rankings that are done.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task RankAsync(Func<int, Task<LiveModel>> openVariant, string scratch, ScaledProgress progress, CancellationToken cancellationToken)
    {
        var baselines = await RankByBaselinesAsync(new(progress, 0, BaselineShare), cancellationToken);
        var models = new ScaledProgress(progress, BaselineShare, ModelShare);
        ScaledProgress Part(int model) => new(models, (double)model / (options.Variants.Count + 1), (model + 1.0) / (options.Variants.Count + 1));
        var scores = new ModelScores(twin);
        var rows = ModelRows(scores).ToList();
        var counted = new CaseCounter(Part(0), "model", (rows.Count + 1) * _cases.Length);
        foreach (var (name, score) in rows) _rows.Add((name, await CaseScorer.RankAsync(_cases, twin.ItemCount, score, counted.Done, cancellationToken)));
        _float16Ndcg = NdcgAt10(await CaseScorer.RankAsync(_cases, twin.ItemCount, scores.Float16, counted.Done, cancellationToken));
        var variants = new List<(string, RankedCases)>();
        for (var i = 0; i < options.Variants.Count; i++)
            variants.AddRange(await RankVariantAsync(options.Variants[i].Name, await openVariant(i + 1), Part(i + 1), cancellationToken));
        counted = new(new(progress, ModelShare, 1), "engine", _cases.Length);
        var ways = ServedWays.Of(twin.Sources);
        var served = await new EngineReplay(twin, idOf, scratch, time).RankAsync(
            _cases, holdout.TimesTell() ? holdout.NotAsked() : [], [.. ways.Select(way => way.Weights)], options.ExcludeSeen, counted.Done, cancellationToken);
        AddWholeLess(ways, served);
        _rows.AddRange(ways.Select((way, i) => (ReadsTimes(twin) ? $"{way.Name} (engine, told the time of the request)" : $"{way.Name} (engine)", served[i])));
        _rows.AddRange(variants);
        _rows.AddRange(baselines);
    }

    /// <summary>What came of it.</summary>
    public EvaluationReport Report()
    {
        var slices = CaseSlices.Of(
            [.. _cases.Select(one => one.User.History.Count)], [.. _cases.Select(one => twin.DenseId(one.User.Target.Item))], _popularity);
        return new()
        {
            Split = options.Split,
            UserCount = holdout.UserCount,
            CaseCount = _cases.Length,
            ItemCount = twin.ItemCount,
            TrainingInteractionCount = holdout.Training.Sum(user => (long)user.Count),
            Rows = Rows(),
            BootstrapResamples = PairedBootstrap.DefaultResamples,
            Slices = [.. slices.Select(Figures)],
            StreamedFloat16Ndcg = _float16Ndcg,
            WindowedFloat32Ndcg = NdcgAt10(_rows[0].Ranked),
            TieRule = TieRule,
            Notes = [.. EvaluationNotes.Of(holdout, _cases, twin, options), .. _notes],
        };
    }

    private static EvaluationCase[] CasesFor(LiveModel model, Holdout holdout, EvaluationOptions options) =>
        [.. holdout.Users.Select(user => new EvaluationCase(user, model, options.ExcludeSeen, WindowLength))];

    private async Task<List<(string Name, RankedCases Ranked)>> RankVariantAsync(string name, LiveModel model, ScaledProgress progress, CancellationToken cancellationToken)
    {
        var cases = CasesFor(model, holdout, options);
        var scores = new ModelScores(model);
        List<(string Name, CaseScorer.Score Score)> rows = [($"{name} (model)", scores.Float32)];
        if (ReadsTimes(model)) rows.Add(($"{name} {ToldTheTime}", scores.Timed));
        var counted = new CaseCounter(progress, "model", rows.Count * cases.Length);
        var ranked = new List<(string, RankedCases)>();
        foreach (var row in rows) ranked.Add((row.Name, InTwinsIds(await CaseScorer.RankAsync(cases, model.ItemCount, row.Score, counted.Done, cancellationToken), model)));
        return ranked;
    }

    private static bool ReadsTimes(LiveModel model) => model.Network.Artefact.Settings.TimeGaps;

    private IEnumerable<(string Name, CaseScorer.Score Score)> ModelRows(ModelScores scores)
    {
        yield return ("session (model)", scores.Float32);
        var (rules, neighbours) = (twin.Partners.Rules is not null, twin.Partners.Neighbours is not null);
        if (rules || neighbours) yield return ("session (network alone)", scores.Alone);
        if (twin.Network.Artefact.Settings.Members is > 1 and var members) yield return ($"session (one of {members} networks alone)", scores.FirstMember);
        if (rules) yield return ("session (rules alone)", scores.Rules);
        if (neighbours) yield return ("session (neighbours alone)", scores.Neighbours);
        if (ReadsTimes(twin)) yield return ($"session {ToldTheTime}", scores.Timed);
    }

    private static double NdcgAt10(RankedCases ranked)
    {
        var sum = 0.0;
        foreach (var rank in ranked.Ranks) sum += RankingMetrics.Ndcg(rank, DecisiveK);
        return sum / Math.Max(ranked.Count, 1);
    }

    /// <summary>What baselines learn from: the targets of the training part only. Fitted one by one, so that memory holds one at a time.</summary>
    private async Task<List<(string Name, RankedCases Ranked)>> RankByBaselinesAsync(ScaledProgress progress, CancellationToken cancellationToken)
    {
        var learned = holdout.Training
            .Select(user => user.Where(interaction => Holdout.IsTarget(interaction) && twin.DenseId(interaction.Item) >= 0).ToArray())
            .ToList();
        var data = new BaselineData(
            [.. learned.Select(user => Array.ConvertAll(user, interaction => twin.DenseId(interaction.Item)))],
            [.. learned.Select(user => Array.ConvertAll(user, interaction => interaction.Kind))],
            [.. learned.Select(user => Array.ConvertAll(user, interaction => interaction.Strength))],
            holdout.TimesTell() ? [.. learned.Select(user => Array.ConvertAll(user, interaction => interaction.TimeMs))] : null,
            twin.ItemCount,
            options.ExcludeSeen);
        foreach (var item in data.Sequences.SelectMany(sequence => sequence)) _popularity[item]++;
        var rows = new List<(string, RankedCases)>();
        for (var i = 0; i < BaselineRows.All.Count; i++)
        {
            var row = BaselineRows.All[i];
            if (row.Problem(data) is { } problem)
            {
                _notes.Add($"{row.Name} has no row: {problem}.");
                continue;
            }

            var part = new ScaledProgress(progress, (double)i / BaselineRows.All.Count, (i + 1.0) / BaselineRows.All.Count);
            part.Report("baselines", 0, $"fitting {row.Name}");
            var score = await Task.Run(() => row.Fit(data, cancellationToken), cancellationToken);
            var counted = new CaseCounter(part, "baselines", _cases.Length);
            rows.Add((row.Name, await CaseScorer.RankAsync(_cases, twin.ItemCount, score, counted.Done, cancellationToken)));
        }

        return rows;
    }

    /// <summary>A variant's settings may say which items it knows: the lists are put in the dense ids of the twin, where they have one.</summary>
    private RankedCases InTwinsIds(RankedCases ranked, LiveModel model)
    {
        if (model.ItemNumbers.AsSpan().SequenceEqual(twin.ItemNumbers.AsSpan())) return ranked;
        var result = new RankedCases(ranked.Count);
        for (var at = 0; at < ranked.Count; at++)
        {
            var shown = new List<int>(RankedCases.ListLength);
            foreach (var item in ranked.Shown(at))
            {
                if (twin.DenseId(model.ItemNumbers[item]) is >= 0 and var dense) shown.Add(dense);
            }

            result.Set(at, ranked.Ranks[at], shown.ToArray());
        }

        return result;
    }

    /// <summary>What all sources are worth beyond each other way to serve: rows are compared with the first one only.</summary>
    private void AddWholeLess(IReadOnlyList<(string Name, SourceWeights Weights)> ways, RankedCases[] served)
    {
        if (ways.Count < 2) return;
        var gains = served.Select(ranked => Gains(ranked, RankingMetrics.Ndcg)).ToArray();
        var intervals = PairedBootstrap.Intervals([.. gains.Skip(1).Select(other => Less(gains[0], other))], UserOfCases(), holdout.UserCount, options.Seed);
        for (var i = 0; i < intervals.Length; i++)
        {
            var (mean, low, high) = (intervals[i].Mean, intervals[i].Low, intervals[i].High);
            _notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"NDCG@10 of {ways[0].Name} (engine) less that of {ways[i + 1].Name} (engine): {mean:+0.0000;-0.0000}, 95 % interval {low:+0.0000;-0.0000} to {high:+0.0000;-0.0000}."));
        }
    }

    private EvaluationRow[] Rows()
    {
        var columns = _rows.Select(row => Gains(row.Ranked, RankingMetrics.Ndcg)).Concat(_rows.Select(row => Gains(row.Ranked, RankingMetrics.Recall))).ToArray();
        double[][] differences = [.. columns.Select((column, i) => Less(column, columns[i < _rows.Count ? 0 : _rows.Count]))];
        var intervals = PairedBootstrap.Intervals(differences, UserOfCases(), holdout.UserCount, options.Seed);
        return
        [
            .. _rows.Select((row, i) =>
                new EvaluationRow(
                    row.Name, [.. row.Ranked.Scores(twin.ItemCount).Select(score => new MetricsAtK(score.K, score.Ndcg, score.Recall, score.Mrr, score.Coverage))])
                {
                    NdcgDifference = intervals[i],
                    RecallDifference = intervals[_rows.Count + i],
                    Diversity = ListDiversity.Of(row.Ranked, DecisiveK, _popularity),
                }),
        ];
    }

    private static double[] Gains(RankedCases ranked, Func<int, int, double> gain)
    {
        var gains = new double[ranked.Count];
        for (var at = 0; at < gains.Length; at++) gains[at] = gain(ranked.Ranks[at], DecisiveK);
        return gains;
    }

    private static double[] Less(double[] gains, double[] reference) => [.. gains.Select((gain, at) => gain - reference[at])];

    private int[] UserOfCases()
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. _cases.Select(one => places.TryGetValue(one.User.UserId, out var place) ? place : places[one.User.UserId] = places.Count)];
    }

    private EvaluationSlice Figures(CaseSlice slice) => new()
    {
        Kind = slice.Kind,
        Name = slice.Name,
        From = slice.From,
        To = slice.To,
        CaseCount = slice.Cases.Length,
        Figures =
        [
            .. _rows.Select(row => (
                slice.Cases.Average(at => RankingMetrics.Ndcg(row.Ranked.Ranks[at], DecisiveK)),
                slice.Cases.Average(at => RankingMetrics.Recall(row.Ranked.Ranks[at], DecisiveK)))),
        ],
    };
}
