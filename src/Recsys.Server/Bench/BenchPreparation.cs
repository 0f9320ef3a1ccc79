using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Recsys.Server.Commands;
using Recsys.Server.Hosting;
using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>
/// Fills a store before its servers start: catalogue and users' events through the contract, as a backend would, over a socket of this process; the model through
/// the engine. The store is opened by the same words as `recsys serve` gets, so every store that it can serve can be prepared.
/// </summary>
internal static class BenchPreparation
{
    private const int ItemsPerMessage = 1_000;
    private const int EventsPerCall = 1_000;
    private const int CallsAtOnce = 4;

    /// <summary>Fills it, and says how long each part took.</summary>
    public static async Task<PreparationTimes> RunAsync(
        BenchSettings settings, int items, ModelSources sources, string folder, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var socket = Path.Combine(folder, "s");
        var (serve, redis, _, engine) = ServeCommand.Read(words);
        await using var server = await ServerConnection.OpenAsync(
            serve with { GrpcPort = ServeOptions.NoPort, RestPort = ServeOptions.NoPort, UnixSocket = socket, LogLevel = LogLevel.Warning, ShutdownSeconds = 5 },
            redis, engine, settings.Namespace, cancellationToken);
        var clock = Stopwatch.StartNew();
        await ImportItemsAsync(server.Catalog, settings.Namespace, items, cancellationToken);
        var itemSeconds = clock.Elapsed.TotalSeconds;

        clock.Restart();
        string[] ids = [.. Enumerable.Range(0, items).Select(BenchWorld.ItemId)];
        var live = server.Host!.Engine;
        var numbers = await live.Catalogue.NumbersAsync(settings.Namespace, ids, cancellationToken);
        await AddModelAsync(settings.Seed, activate: true);
        var next = settings.SwitchModel ? await AddModelAsync(settings.Seed + 1, activate: false) : "";
        var modelSeconds = clock.Elapsed.TotalSeconds;

        clock.Restart();
        await WriteHistoryAsync(settings, server, ids, cancellationToken);
        return new PreparationTimes
        {
            ItemsSeconds = Math.Round(itemSeconds, 1),
            ModelSeconds = Math.Round(modelSeconds, 1),
            EventsSeconds = Math.Round(clock.Elapsed.TotalSeconds, 1),
            Events = (long)settings.Users * settings.History,
            NextModelVersion = next,
        };

        async Task<string> AddModelAsync(int seed, bool activate)
        {
            var artefact = Path.Combine(folder, "artefact");
            await Task.Run(() => RandomModel.Write(artefact, settings.Dimensions, numbers, TimeProvider.System.GetUtcNow(), seed, sources), cancellationToken);
            var added = await live.Models.AddAsync(settings.Namespace, artefact, activate, cancellationToken);
            Directory.Delete(artefact, recursive: true);
            return added.ModelVersion;
        }
    }

    /// <summary>Writes the made-up catalogue.</summary>
    public static async Task ImportItemsAsync(CatalogService.CatalogServiceClient catalog, string ns, int items, CancellationToken cancellationToken)
    {
        using var call = catalog.ImportItems(cancellationToken: cancellationToken);
        foreach (var part in Enumerable.Range(0, items).Chunk(ItemsPerMessage))
        {
            var message = new ImportItemsRequest { Namespace = ns };
            message.Items.AddRange(part.Select(BenchWorld.NewItem));
            await call.RequestStream.WriteAsync(message, call.ResponseAsync, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        var answer = await call.ResponseAsync;
        if (answer.RefusedCount > 0) throw new IOException($"{answer.RefusedCount:N0} items of the bench were refused: {answer.Errors[0].Status.Message}");
    }

    private static Task WriteHistoryAsync(BenchSettings settings, ServerConnection server, string[] itemIds, CancellationToken cancellationToken)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"history-{Guid.NewGuid():N}");
        var now = TimeProvider.System.GetUtcNow();
        var perCall = Math.Max(1, EventsPerCall / Math.Max(1, settings.History));
        var calls = settings.History == 0 ? [] : Enumerable.Range(0, settings.Users).Chunk(perCall).ToArray();
        var table = BenchWorld.ItemTable(itemIds.Length);
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(calls, options, async (users, token) =>
        {
            var random = new Random(settings.Seed + users[0]);
            var world = new BenchWorld(itemIds, table, string.Create(CultureInfo.InvariantCulture, $"{run}-{users[0]}"));
            var request = new WriteEventsRequest { Namespace = settings.Namespace };
            foreach (var user in users)
            {
                for (var i = settings.History; i > 0; i--)
                {
                    var made = world.NextEvent(user, random);
                    made.EventTime = Timestamp.FromDateTimeOffset(now - TimeSpan.FromMinutes(i));
                    request.Events.Add(made);
                }
            }

            var answer = await server.Events.WriteEventsAsync(request, cancellationToken: token);
            if (answer.Acks.FirstOrDefault(ack => ack.ResultCase != EventAck.ResultOneofCase.Accepted) is { } refused)
            {
                throw new RpcException(new Grpc.Core.Status(StatusCode.Internal, $"An event of the bench was refused: {ErrorText.Of(refused)}"));
            }
        });
    }
}
