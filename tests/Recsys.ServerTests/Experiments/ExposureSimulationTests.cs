using System.Globalization;
using System.Text.Json;
using Recsys.Inference.Experiments;
using Recsys.ServerTests.Commands;
using Recsys.ServerTests.Running;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Experiments;

/// <summary>
/// A server that shows a third of its places by lot, simulated users who play of what they are shown, and the two commands in a row by which its log values other policies, whose worth is known
/// here.
/// </summary>
public sealed class ExposureSimulationTests(ITestOutputHelper output) : IDisposable
{
    private const int Users = 1_200;
    private const int PageSize = 5;
    private const int Items = 40;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Own_exposures_value_policies_whose_worth_is_known_and_with_broken_propensities_they_dont()
    {
        await using var server = await RunningServer.StartAsync();
        await server.Clients.Catalog.BatchUpsertItemsAsync(new() { Items = { Enumerable.Range(0, Items).Select(ItemOf) } });
        await server.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home", Exploration = 0.3 } });
        var lists = new RecommendationList[Users];
        await Parallel.ForAsync(0, Users, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (user, stop) =>
            lists[user] = (await server.Clients.Lists.RecommendAsync(new() { UserIds = { $"user{user}" }, Placement = "home", PageSize = PageSize }, cancellationToken: stop)).List);
        await PlayAsync(server.Clients, lists);

        foreach (var format in new[] { "csv", "jsonl", "parquet" })
        {
            var said = Assert.Single((await RunAsync("exposures", "home", "--to", $"log.{format}", "--json", "--server", server.Host.Addresses.Grpc!.OriginalString)).Json);
            Assert.Equal((Users * PageSize, 3, 1), (Number(said, "exposures"), Number(said, "without_propensity"), Number(said, "unattributed_impressions")));
        }

        // The best of what is left in each place, and any of it.
        Holds(await EstimateAsync("log.csv", "greedy"), Mean(lists, left => RateOf(left[0])));
        Holds(await EstimateAsync("log.jsonl", "greedy"), Mean(lists, left => RateOf(left[0])));
        Holds(await EstimateAsync("log.parquet", "greedy"), Mean(lists, left => RateOf(left[0])));
        await WriteAsync("uniform.csv", propensity => propensity);
        Holds(await EstimateAsync("uniform.csv", "column:any_left"), Mean(lists, left => left.Average(RateOf)));

        // As if nothing had been drawn; as if everything had; as if what was drawn had been twice as probable.
        foreach (var broken in new Func<double, double>[] { _ => 1, _ => 1.0 / Items, propensity => propensity < 0.5 ? 2 * propensity : propensity })
        {
            await WriteAsync("broken.csv", broken);
            var json = await EstimateAsync("broken.csv", "column:any_left");
            Assert.False(IsInside(json, Mean(lists, left => left.Average(RateOf))), json.ToString());
        }
    }

    private static Item ItemOf(int number) => new() { ItemId = $"i{number}", Kind = ItemKind.Film, Title = $"i{number}", PublishTime = new() { Seconds = 1_600_000_000 - (number * 86_400L) } };

    /// <summary>How often an item is played where it's shown: lists begin with the newest, which are played least.</summary>
    private static double RateOf(int number) => number < 8 ? 0.1 : 0.5;

    private static int NumberOf(string itemId) => int.Parse(itemId.AsSpan(1), CultureInfo.InvariantCulture);

    /// <summary>The mean, over all places, of what a policy earns there, which has the items left that don't stand above, best first.</summary>
    private static double Mean(RecommendationList[] lists, Func<List<int>, double> earns)
    {
        var sum = 0.0;
        foreach (var list in lists)
        {
            var left = Enumerable.Range(0, Items).ToList();
            foreach (var item in list.Items)
            {
                sum += earns(left);
                left.Remove(NumberOf(item.ItemId));
            }
        }

        return sum / (lists.Length * PageSize);
    }

    /// <summary>Everybody is shown the whole list and plays of it by chance; some more than others, so that one user's exposures aren't independent of each other.</summary>
    private static async Task PlayAsync(Clients clients, RecommendationList[] lists)
    {
        var events = new List<Event>();
        foreach (var list in lists)
        {
            var random = new Random((int)StableHash.Of(list.UserIds[0], 7));
            var eagerness = random.NextDouble() < 0.5 ? 0.5 : 1.5;
            foreach (var item in list.Items)
            {
                events.Add(EventOf(EventType.Impression, list, item));
                if (random.NextDouble() < RateOf(NumberOf(item.ItemId)) * eagerness) events.Add(EventOf(EventType.Play, list, item));
            }
        }

        // Clients that say less than they could.
        for (var i = 0; i < 3; i++) events.Add(new() { UserId = "other", Type = EventType.Impression, ItemId = $"i{i}", Placement = "home", RecommendationId = "old client" });
        events.Add(new() { UserId = "other", Type = EventType.Impression, ItemId = "i1", Placement = "home", Propensity = 0.5 });
        foreach (var batch in events.Chunk(1_000)) Assert.All((await clients.Events.WriteEventsAsync(Sample.Write(batch))).Acks, ack => Assert.NotNull(ack.Accepted));
    }

    private static Event EventOf(EventType type, RecommendationList list, RecommendedItem item)
    {
        var message = new Event
        {
            UserId = list.UserIds[0],
            Type = type,
            ItemId = item.ItemId,
            RecommendationId = list.RecommendationId,
            ListPosition = item.Position,
            Placement = list.Placement,
            Position = type == EventType.Play ? new() { Seconds = 60 } : null,
        };
        if (type == EventType.Impression) message.Propensity = item.Propensity;
        return message;
    }

    private static bool IsInside(JsonElement json, double truth)
    {
        if (json.GetProperty("status").GetString() != "estimated") return false;
        var interval = json.GetProperty("snips").GetProperty("interval");
        return truth >= interval[0].GetDouble() && truth <= interval[1].GetDouble();
    }

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private void Holds(JsonElement json, double truth)
    {
        output.WriteLine($"{truth:F4} in {json}");
        Assert.True(IsInside(json, truth), $"{truth} in {json}");
    }

    /// <summary>The CSV with other propensities, and the probability with which a policy that shows any item that is left would have shown a row's.</summary>
    private async Task WriteAsync(string file, Func<double, double> propensityOf)
    {
        var lines = await File.ReadAllLinesAsync(_folder.File("log.csv"));
        var names = lines[0].Split(',').ToList();
        var (position, propensity) = (names.IndexOf("position"), names.IndexOf("propensity"));
        var rows = lines.Skip(1).Select(line =>
        {
            var cells = line.Split(',');
            cells[propensity] = propensityOf(double.Parse(cells[propensity], CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', cells)},{1.0 / (Items - int.Parse(cells[position], CultureInfo.InvariantCulture)):R}");
        });
        await File.WriteAllLinesAsync(_folder.File(file), rows.Prepend($"{lines[0]},any_left"));
    }

    private async Task<JsonElement> EstimateAsync(string log, string policy) =>
        Assert.Single((await RunAsync("estimate", "--log", log, "--policy", policy, "--resamples", "0", "--json")).Json);

    private async Task<CommandRun> RunAsync(params string[] words) => (await CommandRun.RunAsync(_folder.Path, ["experiments", .. words])).Succeeds();
}
