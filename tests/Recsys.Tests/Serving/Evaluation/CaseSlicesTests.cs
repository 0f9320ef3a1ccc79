using CsCheck;
using Recsys.Serving.Evaluation;
using Recsys.Serving.Models;

namespace Recsys.Tests.Serving.Evaluation;

public sealed class CaseSlicesTests
{
    [Fact]
    public void Histories_are_cut_into_quarters_with_their_boundaries_stated()
    {
        var slices = CaseSlices.Of([1, 2, 3, 4, 10, 20, 1_000, 2_000], [.. Enumerable.Repeat(0, 8)], [5]).Where(slice => slice.Kind == EvaluationSliceKind.HistoryLength);
        Assert.Equal(["1 to 2", "3 to 4", "10 to 20", "1,000 or more"], slices.Select(slice => slice.Name));
        Assert.All(slices, slice => Assert.Equal(2, slice.Cases.Length));
    }

    [Fact]
    public void A_length_is_in_one_slice_only()
    {
        var slices = CaseSlices.Of([1, 1, 1, 1, 1, 1, 1, 9], [.. Enumerable.Repeat(0, 8)], [5]).Where(slice => slice.Kind == EvaluationSliceKind.HistoryLength).ToArray();
        Assert.Equal(["1", "9"], slices.Select(slice => slice.Name));
        Assert.Equal([7, 1], slices.Select(slice => slice.Cases.Length));
    }

    [Fact]
    public void Head_makes_half_of_the_interactions_and_the_tail_the_last_tenth()
    {
        // 100 interactions: 30 + 20 make half, 15 + 15 + 10 come before nine tenths, the rest is the tail.
        int[] popularity = [2, 30, 15, 3, 20, 15, 10, 5];
        var slices = CaseSlices.Of([1, 1, 1, 1, 1], [1, 4, 5, 7, -1], popularity).Where(slice => slice.Kind == EvaluationSliceKind.TargetPopularity).ToArray();
        Assert.Equal(["head: 2 items of 20 to 30", "middle: 3 items of 10 to 15", "tail: 3 items of 2 to 5", "not in the training part"], slices.Select(slice => slice.Name));
        Assert.Equal([[0, 1], [2], [3], [4]], slices.Select(slice => slice.Cases));
        Assert.Equal([(20, 30), (10, 15), (2, 5), (0, 0)], slices.Select(slice => (slice.From, slice.To)));
    }

    [Fact]
    public void Each_case_is_in_one_slice_of_each_kind() => Gen.Select(Gen.Int[0, 50], Gen.Int[-1, 9]).Array[0, 60].Sample(cases =>
    {
        var popularity = Enumerable.Range(0, 10).Select(item => item * item).ToArray();
        var slices = CaseSlices.Of([.. cases.Select(one => one.Item1)], [.. cases.Select(one => one.Item2)], popularity);
        foreach (var kind in Enum.GetValues<EvaluationSliceKind>())
        {
            var own = slices.Where(slice => slice.Kind == kind).ToArray();
            Assert.Equal(Enumerable.Range(0, cases.Length), own.SelectMany(slice => slice.Cases).Order());
            Assert.All(own, slice => Assert.NotEmpty(slice.Cases));
        }

        foreach (var slice in slices.Where(slice => slice.Kind == EvaluationSliceKind.HistoryLength))
            Assert.All(slice.Cases, at => Assert.InRange(cases[at].Item1, slice.From, slice.To));
    });
}
