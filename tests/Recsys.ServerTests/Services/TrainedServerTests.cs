using Recsys.ServerTests.Running;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Services;

/// <summary>The main job on a running server: train through the API, then lists that depend on what each user did.</summary>
public sealed class TrainedServerTests(TrainedServer trained, ITestOutputHelper output) : IClassFixture<TrainedServer>
{
    private const int Size = 10;

    [Fact]
    public async Task Training_when_asked_for_reports_its_way_and_leaves_a_live_model()
    {
        var progress = trained.Reports.Where(report => report.Progress is not null).Select(report => report.Progress).ToList();
        var fractions = progress.Select(report => report.Fraction).ToList();
        Assert.Equal(fractions.Order(), fractions);
        Assert.All(Enumerable.Range(1, 12), epoch => Assert.Contains(progress, report => report.Epoch == epoch && report is { EpochCount: 12, Loss: > 0, EventsPerSecond: > 0 }));
        Assert.Contains(progress, report => report.RemainingTime is not null);
        var validated = progress.Where(report => report.ValidationMetrics.Count > 0).Select(report => report.ValidationMetrics.Single(metrics => metrics.K == 10).Ndcg).ToList();
        Assert.True(validated[^1] > validated[0], $"NDCG@10 {string.Join(", ", validated)}");

        var model = trained.Reports[^1].Model;
        Assert.Equal("session-1", model.ModelVersion);
        Assert.True(model.Live);
        var listed = await trained.Process.Clients.Models.ListModelsAsync(new ListModelsRequest());
        Assert.Equal(model, Assert.Single(listed.Models));
    }

    [Fact]
    public async Task Server_when_it_has_trained_maps_no_libtorch()
    {
        await ListOfAsync(trained.HeldOut.Keys.First());
        var maps = await File.ReadAllLinesAsync($"/proc/{trained.Process.Id}/maps");

        Assert.Contains(maps, line => line.Contains("e_sqlite3", StringComparison.Ordinal)); // the right process
        Assert.DoesNotContain(maps, line => line.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Users_when_their_last_events_differ_have_different_lists()
    {
        var users = trained.LastItem.GroupBy(pair => pair.Value).Select(group => group.First().Key).Order().Take(60).ToList();
        var lists = new List<HashSet<string>>();
        foreach (var user in users)
            lists.Add([.. await ListOfAsync(user)]);

        var differing = new List<int>();
        for (var i = 0; i < lists.Count; i++)
            for (var j = 0; j < i; j++)
                differing.Add(Size - lists[i].Count(lists[j].Contains));
        var share = (double)differing.Count(items => items >= 5) / differing.Count;
        output.WriteLine($"{users.Count} users, {differing.Count} pairs: {differing.Average():F1} of {Size} items differ on average; at least 5 in {share:P1} of pairs");
        Assert.True(share >= 0.95, $"at least 5 of {Size} items differ in only {share:P1} of pairs");
    }

    [Fact]
    public async Task Lists_when_compared_with_held_out_items_beat_popularity()
    {
        var popular = trained.ByPopularity.Take(Size).ToList();
        double mine = 0, theirs = 0;
        foreach (var (user, item) in trained.HeldOut)
        {
            mine += Gain(await ListOfAsync(user), item);
            theirs += Gain(popular, item);
        }

        output.WriteLine($"{trained.HeldOut.Count} users, seen items kept: NDCG@10 {mine / trained.HeldOut.Count:F4}, most popular {theirs / trained.HeldOut.Count:F4}");
        Assert.True(mine > 2 * theirs, $"lists {mine}, popularity {theirs}");

        static double Gain(IReadOnlyList<string> list, string item)
        {
            var place = list.ToList().IndexOf(item);
            return place < 0 ? 0 : 1 / Math.Log2(place + 2);
        }
    }

    [Fact]
    public async Task New_user_when_one_play_is_known_has_a_list_of_their_own()
    {
        var before = await ListOfAsync("new-user");
        await using var stream = new Duplex(trained.Process.Clients);
        await stream.SubscribeAsync(new RecommendRequest { UserIds = { "new-user" }, PageSize = Size, SeenPolicy = SeenPolicy.Allow });
        await stream.ListsAsync(1);
        Assert.Equal(before, stream.Lists[0].Items.Select(item => item.ItemId));
        Assert.False(stream.Lists[0].Personalized);

        // An item that is rarely met, so that nothing but the event speaks for it.
        await stream.SendAsync(new SequencedEvent
        {
            SequenceNumber = 1,
            Event = new Event { EventId = "first", UserId = "new-user", ItemId = trained.ByPopularity[^100], Type = EventType.Like },
        });
        await stream.ListsAsync(2);
        var after = stream.Lists[1].Items.Select(item => item.ItemId).ToList();

        output.WriteLine($"{Size - after.Count(before.Contains)} of {Size} items differ from popularity after one event");
        Assert.True(stream.Lists[1].Personalized);
        Assert.True(Size - after.Count(before.Contains) >= 3, "the list is still the popular one");
    }

    private async Task<IReadOnlyList<string>> ListOfAsync(string user)
    {
        var answer = await trained.Process.Clients.Lists.RecommendAsync(new RecommendRequest { UserIds = { user }, PageSize = Size, SeenPolicy = SeenPolicy.Allow });
        return [.. answer.List.Items.Select(item => item.ItemId)];
    }
}
