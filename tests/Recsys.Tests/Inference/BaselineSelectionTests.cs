using Recsys.Inference;
using Recsys.Inference.Evaluation.Baselines;
using Recsys.Inference.Taste;

namespace Recsys.Tests.Inference;

public sealed class BaselineSelectionTests
{
    [Fact]
    public void What_is_left_out_is_not_learned_from_and_decides()
    {
        var held = new LastLeftOut([[0, 1, 2], [], [3], [0, 1, 2]], 10, 1);
        Assert.Equal([0, 2, 3], held.Kept);
        Assert.Equal([[0, 1], [3], [0, 1, 2]], held.Sequences);
        Assert.Equal(2, held.Best([1, 2], item => (_, scores) => Only(item, scores), 4, excludeSeen: false, default));
        Assert.Equal(7, new LastLeftOut([[3]], 10, 10).Best([7, 2], _ => throw new InvalidOperationException("Nothing to tell by."), 4, excludeSeen: false, default));

        static void Only(int item, Span<float> scores)
        {
            scores.Clear();
            scores[item] = 1;
        }
    }

    [Fact]
    public void Times_stay_beside_what_is_left()
    {
        var held = new LastLeftOut([[0, 1, 2], [], [3]], 10, 1);
        Assert.Equal([[5L, 6], [8]], held.TimesOf([[5, 6, 7], [], [8]]));
        Assert.Null(held.TimesOf(null));
    }

    [Fact]
    public void VSTAN_knows_which_sessions_are_the_newest_where_times_are_known()
    {
        var random = new Random(2);
        int[][] sequences = [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 4).Select(_ => random.Next(10)).ToArray())];
        long[][] times = [.. Enumerable.Range(0, 50).Select(i => Enumerable.Range(0, 4).Select(j => (100_000L * (50 - i)) + j).ToArray())];
        Assert.Equal(VstanSelection.Fit(sequences, null, 10, excludeSeen: false).CopyItems().Chunk(4).Reverse().SelectMany(session => session),
            VstanSelection.Fit(sequences, times, 10, excludeSeen: false).CopyItems());
    }

    [Fact]
    public void A_case_is_scored_by_its_own_sequence()
    {
        var held = new LastLeftOut([[3], [0, 1, 2]], 10, 10);
        Assert.Equal([1], held.Places);
        // Only who looks at [0, 1] can tell that 2 comes next.
        Assert.True(held.Best([false, true], knows => (place, scores) => scores[knows ? held.Sequences[place].Length : 3] = 1, 4, excludeSeen: false, default));
    }

    [Fact]
    public void Sequences_and_cases_are_spread_evenly()
    {
        var held = new LastLeftOut([.. Enumerable.Range(0, 100).Select(i => new[] { i, i })], 10, 5);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 10 * i), held.Kept);
        Assert.Equal(5, held.Sequences.Count(sequence => sequence.Length == 1));
    }

    [Fact]
    public void Strengths_that_are_all_alike_say_nothing()
    {
        int[][] sequences = [[0, 1, 2], [1, 2, 3], [0, 2, 3]];
        var strengths = sequences.Select(_ => new byte[] { 100, 100, 100 }).ToArray();
        Assert.Equal(0, TasteSelection.Choose(sequences, Plays(sequences), strengths, 4, excludeSeen: true).StrengthWeight);
        InteractionKind[] kinds = [InteractionKind.Play, InteractionKind.Rating, InteractionKind.Play, InteractionKind.Like];
        Assert.Equal([1f, 1, 3, 3], TasteSelection.Confidences(kinds, [Strength.Unknown, 0, 250, Strength.Unknown], 2));
        Assert.Empty(TasteSelection.Confidences(kinds, [Strength.Unknown, 0, 250, Strength.Unknown], 0));
    }

    /// <summary>
    /// Users come in two groups. What they finish is of their own, what they try is of either: whoever goes by strengths knows the group.
    /// </summary>
    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 0)]
    public void Strengths_count_where_they_rank_better_what_was_left_out(bool theyTell, float weight)
    {
        const int groupSize = 20;
        var random = new Random(1);
        var (sequences, strengths) = (new List<int[]>(), new List<byte[]>());
        for (var user = 0; user < 600; user++)
        {
            var group = user % 2;
            int[] own = [.. Enumerable.Range(0, 4).Select(_ => (group * groupSize) + random.Next(groupSize))];
            int[] other = [.. Enumerable.Range(0, 4).Select(_ => ((1 - group) * groupSize) + random.Next(groupSize))];
            sequences.Add([own[0], other[0], own[1], other[1], other[2], own[2], other[3], own[3]]);
            byte finished = 250, tried = 0;
            strengths.Add(theyTell ? [finished, tried, finished, tried, tried, finished, tried, finished] : [tried, finished, tried, finished, finished, tried, finished, tried]);
        }

        Assert.Equal(weight, TasteSelection.Choose(sequences, Plays(sequences), strengths, 2 * groupSize, excludeSeen: true).StrengthWeight);
    }

    /// <summary>
    /// Everybody has item 0; a twentieth of them goes on with item 1, while whoever has one of 300 others goes on with that one's partner. Four pairs each are nothing beside a ridge of 100 or
    /// more, nor beside item-kNN's first settings.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Settings_are_those_that_rank_what_was_left_out(bool knn)
    {
        const int pairs = 300, others = 100, itemCount = 2 + (2 * pairs) + others;
        var sequences = new List<int[]>();
        // The first one is not of a pair: a single case would choose otherwise than many.
        for (var i = 1; i <= 6_500; i++)
        {
            var pair = i / 5 % pairs;
            sequences.Add(i % 5 == 0 ? [2 + (2 * pair), 0, 3 + (2 * pair)] : i % 20 == 1 ? [0, 1] : [0, itemCount - 1 - (i / 5 % others)]);
        }

        var scores = new float[itemCount];
        IBaseline chosen = knn ? ItemKnnSelection.Fit(sequences, itemCount, excludeSeen: true) : EaseSelection.Fit(sequences, itemCount, excludeSeen: true);
        chosen.Score([2, 0], scores);
        Assert.Equal(3, Next(scores));
        IBaseline first = knn ? ItemKnn.Fit(sequences, itemCount) : Ease.Fit(sequences, itemCount, EaseSelection.Ridges[0]);
        first.Score([2, 0], scores);
        Assert.Equal(1, Next(scores));

        static int Next(float[] scores)
        {
            scores[0] = scores[2] = float.NegativeInfinity;
            return Array.IndexOf(scores, scores.Max());
        }
    }

    private static InteractionKind[][] Plays(IReadOnlyList<int[]> sequences) => [.. sequences.Select(sequence => Enumerable.Repeat(InteractionKind.Play, sequence.Length).ToArray())];
}
