using System.Diagnostics;
using Recsys.Benchmarks.Serving;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Xunit.Abstractions;

namespace Recsys.Tests.Serving.Filters;

public sealed class FilterCostTests(ITestOutputHelper output)
{
    private const int Rounds = 40;

    [Fact]
    public async Task A_filtered_list_over_a_hundred_thousand_items_costs_little_more_than_an_unfiltered_one()
    {
        await using var sample = await ServingSample.OpenAsync(100_000);
        var audience = sample.Audiences.Of([sample.Record], ServingSample.Ns, ServingSample.NowMs);
        var unfiltered = new ListRequest { Namespace = ServingSample.Ns, UserIds = ["user"] };
        string[] texts = ["", ServingSample.RareFirst, ServingSample.RareLast, ServingSample.RareNumbers];
        var requests = texts.Select(text => unfiltered with { Filter = text.Length == 0 ? null : FilterParser.Parse(text) }).ToArray();
        var best = Enumerable.Repeat(TimeSpan.MaxValue, requests.Length).ToArray();
        var counts = requests.Select(request => sample.Lists.Make(request with { PageSize = 500 }, audience, ServingSample.NowMs, new(CancellationToken.None)).Items.Count).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < requests.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                sample.Lists.Make(requests[i], audience, ServingSample.NowMs, new(CancellationToken.None));
                if (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < best[i]) best[i] = elapsed;
            }
        }

        for (var i = 0; i < requests.Length; i++)
            output.WriteLine($"{best[i].TotalMilliseconds:F2} ms, {best[i] / best[0]:F2} times, {counts[i]} items: {texts[i]}");
        Assert.Equal(500, counts[0]);
        Assert.All(counts[1..], count => Assert.InRange(count, 80, 120));

        // Far above what it is, so that only a filter that became many times dearer fails here.
        Assert.All(best[1..], time => Assert.True(time < 8 * best[0], $"{time / best[0]:F2} times an unfiltered list"));
    }
}
