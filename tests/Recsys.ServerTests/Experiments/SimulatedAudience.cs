using Grpc.Core;
using Recsys.Inference.Experiments;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Experiments;

/// <summary>
/// Users of a real server, each of whom asks for a list of a placement, is shown it and plays of it by chance: hits more often than the rest. Users differ in how eager they are, so that the
/// exposures of one user aren't independent of each other.
/// </summary>
/// <param name="clients">Of the server.</param>
/// <param name="users">How many users.</param>
internal sealed class SimulatedAudience(Clients clients, int users)
{
    public const int PageSize = 5;
    public const int Hits = 20;
    public const double HitRate = 0.35;
    public const double OtherRate = 0.25;
    private const int InFlight = 16;
    private const int BatchSize = 1_000;

    public static bool IsHit(string itemId) => itemId.StartsWith("hit", StringComparison.Ordinal);

    /// <summary>Old items that everybody plays now, and newer ones that nobody does.</summary>
    public static async Task FillCatalogueAsync(Clients clients)
    {
        var items = Enumerable.Range(0, Hits).Select(i => ItemOf($"hit{i}", 1_000_000_000)).Concat(Enumerable.Range(0, Hits).Select(i => ItemOf($"new{i}", 1_600_000_000)));
        await clients.Catalog.BatchUpsertItemsAsync(new() { Items = { items } });
        var plays = Enumerable.Range(0, Hits * 20).Select(i => Sample.Play($"fan{i}", $"hit{i % Hits}"));
        await clients.Events.WriteEventsAsync(Sample.Write([.. plays]));

        static Item ItemOf(string id, long published) => new() { ItemId = id, Kind = ItemKind.Film, Title = id, PublishTime = new() { Seconds = published } };
    }

    /// <summary>Shows everybody a list and plays of it, and returns the mean rate with which each variant's shown items are played: what the report must find.</summary>
    /// <param name="placement">Where.</param>
    /// <param name="seed">Of the plays.</param>
    /// <param name="isLost">Whose events get lost, by user and variant; null: nobody's.</param>
    public async Task<Dictionary<string, double>> RunAsync(string placement, ulong seed, Func<int, string, bool>? isLost = null)
    {
        var lists = new RecommendationList[users];
        await Parallel.ForAsync(0, users, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (user, stop) =>
            lists[user] = (await clients.Lists.RecommendAsync(new() { UserIds = { $"user{user}" }, Placement = placement, PageSize = PageSize }, cancellationToken: stop)).List);

        var events = new List<Event>();
        var rates = new Dictionary<string, (double Sum, int Count)>();
        for (var user = 0; user < users; user++)
        {
            var list = lists[user];
            Assert.Equal(PageSize, list.Items.Count);
            var random = new Random((int)StableHash.Of(list.UserIds[0], seed));
            var eagerness = random.NextDouble() < 0.5 ? 0.5 : 1.5;
            foreach (var item in list.Items)
            {
                var rate = IsHit(item.ItemId) ? HitRate : OtherRate;
                var (sum, count) = rates.GetValueOrDefault(list.Variant);
                rates[list.Variant] = (sum + rate, count + 1);
                var plays = random.NextDouble() < rate * eagerness;
                if (isLost?.Invoke(user, list.Variant) == true) continue;
                events.Add(EventOf(EventType.Impression, list, item));
                if (plays) events.Add(EventOf(EventType.Play, list, item));
            }
        }

        foreach (var batch in events.Chunk(BatchSize)) Assert.All((await clients.Events.WriteEventsAsync(Sample.Write(batch))).Acks, ack => Assert.NotNull(ack.Accepted));
        return rates.ToDictionary(rate => rate.Key, rate => rate.Value.Sum / rate.Value.Count);
    }

    public async Task<V1.ExperimentReport> ReportAsync(string experimentId)
    {
        using var call = clients.Experiments.ReportExperiment(new() { ExperimentId = experimentId });
        var updates = await call.ResponseStream.ReadAllAsync().ToListAsync();
        return updates[^1].Report;
    }

    private static Event EventOf(EventType type, RecommendationList list, RecommendedItem item) => new()
    {
        UserId = list.UserIds[0],
        Type = type,
        ItemId = item.ItemId,
        RecommendationId = list.RecommendationId,
        ListPosition = item.Position,
        Placement = list.Placement,
        Position = type == EventType.Play ? new() { Seconds = 60 } : null,
    };
}
