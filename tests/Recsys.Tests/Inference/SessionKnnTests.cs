using CsCheck;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Partners;
using Recsys.Tests.Inference.Rules;

namespace Recsys.Tests.Inference;

public sealed class SessionKnnTests
{
    [Fact]
    public void Scores_are_those_of_the_papers_formula() => Gen.Int[0, 100_000].Sample(seed =>
    {
        const int items = 20;
        var (sequences, times) = NaiveRules.Sample(seed, 40, items, 8);
        var options = new SessionKnnOptions { RecencyScaleMs = 500_000, Window = 6, PositionScale = 2, SharedPositionScale = 3, DistanceScale = 1.5f, RarityWeight = 2, Neighbours = 1000 };
        var model = SessionKnn.Fit(sequences, times, items, options);
        var random = new Random(seed);
        int[] history = [.. Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(items))];
        var expected = Naive(sequences, times, items, history, 2_000_000, options);
        var scores = new float[items];
        foreach (var (item, score) in model.Score(history, 2_000_000, new SessionKnnScratch(model))) scores[item] = score;
        for (var i = 0; i < items; i++) Assert.Equal(expected[i], scores[i], 1e-5 * (1 + expected[i]));
    }, iter: 50);

    [Fact]
    public void Only_the_newest_sessions_are_kept_within_the_bound()
    {
        var model = SessionKnn.Fit([[0, 1], [0, 2], [0, 3]], [[1, 2], [8, 9], [3, 4]], 4, new() { MaxInteractions = 5 });
        Assert.Equal(2, model.SessionCount);
        var scores = new float[4];
        model.Score([0], scores);
        Assert.Equal(0, scores[1]);
        Assert.True(scores[2] > 0 && scores[3] > 0);
    }

    [Fact]
    public void Only_the_newest_sessions_of_an_item_and_the_nearest_of_them_recommend()
    {
        int[][] sequences = [[0, 1], [0, 2], [0, 3], [0, 3, 4, 5, 6]];
        var scores = new float[7];
        SessionKnn.Fit(sequences, null, 7, new() { SampleSize = 2 }).Score([0], scores);
        Assert.Equal([0f, 0f], scores[1..3]);
        Assert.True(scores[3] > 0 && scores[6] > 0);
        SessionKnn.Fit(sequences, null, 7, new() { SampleSize = 2, Neighbours = 1 }).Score([0], scores);
        Assert.True(scores[3] > 0 && scores[6] == 0);
    }

    [Fact]
    public void Long_sequences_are_cut_from_the_newest_end()
    {
        var model = SessionKnn.Fit([[0, 1, 2, 3, 4]], null, 5, new() { MaxSessionLength = 2 });
        Assert.Equal(2, model.SessionCount);
        var scores = new float[5];
        model.Score([4], scores);
        Assert.True(scores[3] > 0 && scores[2] == 0);
    }

    [Fact]
    public void Bad_data_recommends_nothing_and_unknown_items_keep_their_place()
    {
        var empty = SessionKnn.Fit([[], [2]], [[], [5]], 3);
        Assert.Equal(0, empty.SessionCount);
        var scores = new float[3];
        empty.Score([2], scores);
        Assert.Equal(new float[3], scores);
        var model = SessionKnn.Fit([[0, 1], [0, 1]], [[5, 5], [5, 5]], 3, new() { RecencyScaleMs = 10 });
        Assert.Equal(0, model.Score([], 0, new(model)).Length);
        Assert.Equal(0, model.Score([7, -1], 0, new(model)).Length);
        Assert.Equal(2, model.Score([0, 99], 0, new(model)).Length);
    }

    [Fact]
    public void A_score_allocates_nothing_and_leaves_its_scratch_clean()
    {
        var (sequences, times) = NaiveRules.Sample(3, 200, 30, 9);
        var model = SessionKnn.Fit(sequences, times, 30, new() { Neighbours = 20 });
        var scratch = new SessionKnnScratch(model);
        int[] history = [3, 7, 3, 1];
        var first = model.Score(history, 5, scratch).ToArray();
        Assert.Equal(first, model.Score(history, 5, scratch).ToArray());
        Assert.Equal(0, AllocationBudget.BytesPerOperation(() => model.Score(history, 5, scratch)));
    }

    [Fact]
    public void A_sequence_that_is_left_out_is_no_neighbour_of_its_own()
    {
        // Cut in two: neither piece may speak for the sequence.
        int[][] sequences = [[0, 1, 2, 3], [0, 4]];
        var model = SessionKnn.Fit(sequences, null, 5, new() { MaxSessionLength = 2 });
        var (all, others) = (new float[5], new float[5]);
        model.AddLogarithms([0, 2], all);
        model.AddLogarithms([0, 2], others, except: 0);
        Assert.True(all[1] > 0 && all[3] > 0 && all[4] > 0);
        Assert.True(others[4] > 0);
        Assert.Equal(new float[3], others[1..4]);
        var read = new SessionKnn(model.Starts.ToArray(), model.CopyItems(), 5, model.Options);
        Assert.Throws<ArgumentException>(() => read.AddLogarithms([0], others, except: 0));
    }

    [Fact]
    public void Settings_are_those_that_rank_the_targets_best()
    {
        // More sessions have an item before the history's than after it, but what comes next is what came after.
        int[][] sequences =
        [
            .. Enumerable.Range(0, 10).SelectMany(i => Enumerable.Repeat<int[]>([10 + i, i], 3)),
            .. Enumerable.Range(0, 10).SelectMany(i => Enumerable.Repeat<int[]>([i, 20 + i], 2)),
        ];
        BlendCase[] cases = [.. Enumerable.Range(0, 10).Select(i => new BlendCase([i], null, 20 + i))];
        var own = Enumerable.Repeat(-1, cases.Length).ToArray();
        var first = new SessionKnnOptions();
        Assert.Equal(first with { BeforeShare = 0.5f }, SessionKnnSelection.Choose(sequences, null, 30, first, cases, own, excludeSeen: true).Options);
        Assert.Equal(first, SessionKnnSelection.Choose(sequences, null, 30, first, [], [], excludeSeen: true).Options);
    }

    /// <summary>A wider distance lifts the target above the history's own item: of use only where that one competes.</summary>
    [Theory]
    [InlineData(true, 1.5)]
    [InlineData(false, 3)]
    public void Settings_are_chosen_with_the_items_that_compete(bool excludeSeen, float distance)
    {
        // Each of ten items was followed by one of its own last, which is rare, and before that by one that all have in common.
        int[][] sequences =
        [
            .. Enumerable.Range(0, 10).SelectMany(i => Enumerable.Repeat<int[]>([i, 20], 3)),
            .. Enumerable.Range(0, 10).Select(i => new[] { i, 10 + i }),
        ];
        BlendCase[] cases = [.. Enumerable.Range(0, 10).Select(i => new BlendCase([i], null, 10 + i))];
        var first = new SessionKnnOptions { SampleSize = 1, RarityWeight = 2, DistanceScale = 1.5f };
        var chosen = SessionKnnSelection.Choose(sequences, null, 21, first, cases, [.. Enumerable.Repeat(-1, 10)], excludeSeen);
        Assert.Equal(distance, chosen.Options.DistanceScale);
    }

    [Fact]
    public void Long_histories_are_compared_over_more_places_than_sessions()
    {
        Assert.Equal(new SessionKnnOptions(), SessionKnnPreset.Choose(new(100, 50, 400, 0.2, true)));
        Assert.True(SessionKnnPreset.Choose(new(100, 50, 16_000, 0, true)).Window > new SessionKnnOptions().Window);
    }

    private static double[] Naive(int[][] sequences, long[][] times, int items, int[] history, long now, SessionKnnOptions o)
    {
        var scores = new double[items];
        history = [.. history.TakeLast(o.Window)];
        var sessions = Enumerable.Range(0, sequences.Length).Where(s => sequences[s].Length > 1).ToArray();
        int Back(int item) => history.Length - 1 - Array.LastIndexOf(history, item);
        foreach (var s in sessions)
        {
            var session = sequences[s];
            var shared = session.Distinct().Intersect(history).ToArray();
            if (shared.Length == 0) continue;
            var norm = Math.Sqrt(history.Distinct().Sum(i => Math.Exp(-2.0 * Back(i) / o.PositionScale))) * Math.Sqrt(session.Distinct().Count());
            var similarity = shared.Sum(i => Math.Exp(-Back(i) / (double)o.PositionScale)) / norm * Math.Exp(-(now - times[s][^1]) / o.RecencyScaleMs);
            var last = shared.Max(i => Array.LastIndexOf(session, i));
            foreach (var item in session.Distinct())
            {
                var occurrences = sessions.Sum(other => sequences[other].Count(i => i == item));
                scores[item] += similarity * Math.Exp(-Math.Abs(Array.LastIndexOf(session, item) - last) / (double)o.DistanceScale)
                    * (1 + (o.RarityWeight * Math.Log(sessions.Length / (double)occurrences)))
                    * Math.Exp(-shared.Min(Back) / (double)o.SharedPositionScale);
            }
        }

        return scores;
    }
}
