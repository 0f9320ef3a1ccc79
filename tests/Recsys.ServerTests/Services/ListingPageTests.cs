using Google.Protobuf.Collections;
using Recsys.Server.Mapping;
using Recsys.Server.Validation;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

/// <summary>Pages of placements and experiments.</summary>
public sealed class ListingPageTests
{
    [Theory]
    [InlineData(10, 400_000, 3)]
    [InlineData(10, 2_000_000, 1)]
    [InlineData(2, 10, 2)]
    [InlineData(10, 10, 7)]
    public void A_page_ends_with_its_size_or_its_bytes_and_all_pages_together_have_everything_once(int pageSize, int bytes, int expected)
    {
        var all = Enumerable.Range(0, 7).Select(i => new Experiment { ExperimentId = $"e{i}", Salt = new string('s', bytes) }).ToArray();
        var (ids, token, sizes) = (new List<string>(), "", new List<int>());
        do
        {
            var page = new RepeatedField<Experiment>();
            token = ListingPage.Fill(page, all, one => one.ExperimentId, one => one, PageTokens.Read(token, "listing", new FieldViolations()), pageSize, "listing");
            ids.AddRange(page.Select(one => one.ExperimentId));
            sizes.Add(page.Count);
        }
        while (token.Length > 0);

        Assert.Equal(all.Select(one => one.ExperimentId), ids);
        Assert.Equal(expected, sizes[0]);
    }
}
