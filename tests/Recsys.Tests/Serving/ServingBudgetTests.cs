using Recsys.Benchmarks.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Serving;

public sealed class ServingBudgetTests
{
    [Fact]
    public async Task Folds_and_lists_stay_within_their_budgets()
    {
        await using var sample = await ServingSample.OpenAsync(items: 2_000);
        var e = new WatchEvent { UserId = "user", Type = WatchEventType.Like, ItemId = "item-5", EventTimeMs = ServingSample.NowMs };
        var like = sample.BatchOf(e);
        var heartBeat = sample.BatchOf(e with { Type = WatchEventType.PlayProgress, PositionMs = 60_000 });
        var request = new ListRequest { Namespace = ServingSample.Ns, UserIds = ["user"] };
        var filtered = request with { Filter = FilterParser.Parse("tags = 'tag 5' AND price < 5 AND languages = 'en' AND attributes.year >= 1970") };
        Check(new()
        {
            ["serving.fold_interaction"] = () => Fold(sample, like),
            ["serving.fold_heart_beat"] = () => Fold(sample, heartBeat),
            ["serving.list_personalized"] = () => sample.Lists.Make(
                request, sample.Audiences.Of([sample.Record], ServingSample.Ns, ServingSample.NowMs), ServingSample.NowMs, new(CancellationToken.None)),
            ["serving.list_filtered"] = () => sample.Lists.Make(
                filtered, sample.Audiences.Of([sample.Record], ServingSample.Ns, ServingSample.NowMs), ServingSample.NowMs, new(CancellationToken.None)),
            ["serving.list_popular"] = () => sample.Lists.Make(request, new([], 0), ServingSample.NowMs, new(CancellationToken.None)),
        });
    }

    private static void Check(Dictionary<string, Action> operations)
    {
        Assert.Equal(AllocationBudget.Names("serving.").Order(), operations.Keys.Order());
        foreach (var (name, operation) in operations) AllocationBudget.Check(name, operation);
    }

    private static void Fold(ServingSample sample, UserBatch batch) =>
        Assert.True(sample.Folder.FoldAsync(batch, sample.Record, ServingSample.NowMs, CancellationToken.None).IsCompletedSuccessfully);
}
