using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>The servers under load.</summary>
internal sealed class BenchTarget : IAsyncDisposable
{
    private BenchTarget(IReadOnlyList<string> addresses, IReadOnlyList<ServerChild> children, IReadOnlyList<string> itemIds, RecommendationList list, ListSimilarItemsResponse similar)
    {
        Addresses = addresses;
        Children = children;
        ItemIds = itemIds;
        List = list;
        Similar = similar;
    }

    /// <summary>Their gRPC addresses.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Their processes; empty: they were running before.</summary>
    public IReadOnlyList<ServerChild> Children { get; }

    /// <summary>Items to play.</summary>
    public IReadOnlyList<string> ItemIds { get; }

    /// <summary>A list as they give it.</summary>
    public RecommendationList List { get; }

    /// <summary>A list of similar items as they give it.</summary>
    public ListSimilarItemsResponse Similar { get; }

    /// <summary>The live model; empty: there's none.</summary>
    public string ModelVersion => List.ModelVersion;

    /// <summary>Starts children on a prepared store.</summary>
    public static async Task<BenchTarget> StartAsync(BenchSettings settings, int items, string folder, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var children = new List<ServerChild>();
        try
        {
            for (var replica = 1; replica <= settings.Replicas; replica++)
            {
                children.Add(await ServerChild.StartAsync(
                    ["serve", .. words, "--grpc-port", "0", "--rest-port", "0"], folder,
                    string.Create(CultureInfo.InvariantCulture, $"server-{replica}"), cancellationToken));
            }

            string[] addresses = [.. children.Select(child => child.Address)];
            string[] ids = [.. Enumerable.Range(0, items).Select(BenchWorld.ItemId)];
            var (list, similar) = await SampleAsync(settings, addresses, ids[0], cancellationToken);
            return new BenchTarget(addresses, children, ids, list, similar);
        }
        catch
        {
            foreach (var child in children) await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Uses running servers and the catalogue that they have; only where they have none, the made-up one is written.</summary>
    public static async Task<BenchTarget> UseAsync(BenchSettings settings, int items, Action<string> say, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(settings.Servers[0]);
        var catalog = new CatalogService.CatalogServiceClient(Invoker(channel, settings.ApiKey));
        var ids = await ListItemsAsync(catalog, settings.Namespace, items, cancellationToken);
        if (ids.Count == 0)
        {
            say($"namespace '{settings.Namespace}' of {settings.Servers[0]} has no catalogue: writing {items:N0} items");
            await BenchPreparation.ImportItemsAsync(catalog, settings.Namespace, items, cancellationToken);
            ids = [.. Enumerable.Range(0, items).Select(BenchWorld.ItemId)];
        }

        var (list, similar) = await SampleAsync(settings, settings.Servers, ids[0], cancellationToken);
        return new BenchTarget(settings.Servers, [], ids, list, similar);
    }

    /// <summary>Writes what the echo service answers with.</summary>
    public void WriteSamples(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, EchoAnswers.ListFile), List.ToByteArray());
        File.WriteAllBytes(Path.Combine(folder, EchoAnswers.SimilarFile), Similar.ToByteArray());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Children) await child.DisposeAsync();
    }

    private static CallInvoker Invoker(GrpcChannel channel, string apiKey) => channel.Intercept(metadata =>
    {
        if (apiKey.Length > 0) metadata.Add("authorization", $"Bearer {apiKey}");
        return metadata;
    });

    private static async Task<(RecommendationList List, ListSimilarItemsResponse Similar)> SampleAsync(
        BenchSettings settings, IReadOnlyList<string> addresses, string itemId, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(addresses[0]);
        var lists = new RecommendationService.RecommendationServiceClient(Invoker(channel, settings.ApiKey));
        var list = await lists.RecommendAsync(
            new RecommendRequest { Namespace = settings.Namespace, UserIds = { BenchWorld.UserId(0) }, PageSize = settings.PageSize }, cancellationToken: cancellationToken);
        var similar = await lists.ListSimilarItemsAsync(
            new ListSimilarItemsRequest { Namespace = settings.Namespace, ItemId = itemId, PageSize = settings.PageSize }, cancellationToken: cancellationToken);
        return (list.List, similar);
    }

    private static async Task<List<string>> ListItemsAsync(CatalogService.CatalogServiceClient catalog, string ns, int most, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        var request = new ListItemsRequest { Namespace = ns, PageSize = 1_000 };
        do
        {
            var page = await catalog.ListItemsAsync(request, cancellationToken: cancellationToken);
            ids.AddRange(page.Items.Where(item => item.Kind is not (ItemKind.Series or ItemKind.Season)).Select(item => item.ItemId).Take(most - ids.Count));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0 && ids.Count < most);

        return ids;
    }
}
