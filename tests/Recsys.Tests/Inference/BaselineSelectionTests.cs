using Recsys.Inference;
using Recsys.Inference.Evaluation.Baselines;

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
        Assert.Equal(0, IalsSelection.Fit(sequences, [.. sequences.Select(_ => new byte[] { 100, 100, 100 })], 4, excludeSeen: true).StrengthWeight);
        Assert.Equal([1f, 1, 3], IalsSelection.Confidences([Strength.Unknown, 0, 250], 2));
    }

    [Fact]
    public void The_ridge_is_the_one_that_ranks_what_was_left_out()
    {
        // 0 and 1 come with 2 but for chance; EASE with any ridge finds it, and the chosen one is fitted to all sequences.
        int[][] sequences = [.. Enumerable.Range(0, 60).Select(i => new[] { i % 2, 3 + (i % 5), 2 })];
        var scores = new float[8];
        EaseSelection.Fit(sequences, 8, excludeSeen: true).Score([0], scores);
        Assert.Equal(2, Array.IndexOf(scores, scores.Max()));
    }
}
