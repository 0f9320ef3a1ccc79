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
        Assert.Null(row.Problem(new([], [], most, ExcludeSeen: false)));
        Assert.Contains($"more than the {most}", row.Problem(new([], [], most + 1, ExcludeSeen: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void All_others_learn_from_any_data() =>
        Assert.All(BaselineRows.All.Where(row => row.Name is not ("EASE" or "iALS")), row => Assert.Null(row.Problem(new([], [], int.MaxValue, ExcludeSeen: false))));
}
