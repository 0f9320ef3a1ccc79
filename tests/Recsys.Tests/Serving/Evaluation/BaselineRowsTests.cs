using Recsys.Serving.Evaluation;

namespace Recsys.Tests.Serving.Evaluation;

public sealed class BaselineRowsTests
{
    [Theory]
    [InlineData("EASE", BaselineRows.MostEaseItems)]
    [InlineData("iALS", BaselineRows.MostIalsVectors)]
    public void A_recommender_that_grows_too_large_for_the_data_says_so(string name, int most)
    {
        var row = BaselineRows.All.Single(row => row.Name == name);
        Assert.Null(row.Problem(new([], [], [], null, most, ExcludeSeen: false)));
        Assert.Contains($"more than the {most}", row.Problem(new([], [], [], null, most + 1, ExcludeSeen: false)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("item-kNN")]
    [InlineData("Markov")]
    [InlineData("sequential rules")]
    [InlineData("VSTAN")]
    public void A_recommender_that_counts_pairs_says_so_where_they_would_fill_the_memory(string name)
    {
        const int parts = 20;
        var row = BaselineRows.All.Single(row => row.Name == name);
        var part = new int[BaselineRows.MostCountedInteractions / parts];
        var full = Enumerable.Repeat(part, parts);
        Assert.Null(row.Problem(new([.. full], [], [], null, 1, ExcludeSeen: false)));
        Assert.Contains($"more than the {BaselineRows.MostCountedInteractions}", row.Problem(new([.. full, [0]], [], [], null, 1, ExcludeSeen: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_most_popular_are_known_of_any_data()
    {
        var row = BaselineRows.All[0];
        Assert.Equal("most popular", row.Name);
        Assert.Null(row.Problem(new([.. Enumerable.Repeat(new int[1_000_000], 30)], [], [], null, int.MaxValue, ExcludeSeen: false)));
    }
}
