using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using Recsys.Datasets;
using Recsys.Datasets.Demo;
using Recsys.Server.Hosting;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys demo`: the main job from an empty store to lists that change event by event, on a made-up world.</summary>
internal sealed class DemoCommand
{
    private readonly Option<string> _store = new("--db") { Description = "Keep the store in this file, which must not exist. Default: a temporary one, deleted at the end.", HelpName = "FILE" };
    private readonly Option<int> _users = new("--users") { Description = "100 to 2,500 made-up users.", HelpName = "N", DefaultValueFactory = _ => 2500 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Another seed, another world.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _epochs = new("--epochs") { Description = "Epochs of training; 0 chooses by the data's size, which takes longer.", HelpName = "N", DefaultValueFactory = _ => 5 };

    /// <summary>Builds the command line's part.</summary>
    public Command Build()
    {
        var command = new ExampledCommand(
            "demo",
            "Show the main job on a made-up world: start a server on an empty store, import a catalogue and two months of events, train, and stream "
            + "the events of a few people while their lists change.",
            """
            recsys demo
            recsys demo --db demo.db        keeps the store, to go on with
            recsys demo --users 500 --seed 7
            """);
        command.Add(_store);
        command.Add(_users);
        command.Add(_seed);
        command.Add(_epochs);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var kept = words.GetValue(_store);
        var users = words.GetValue(_users);
        if (users is < 100 or > 2500)
        {
            return ClientCommand.Refuse("--users is 100 to 2,500.");
        }

        if (kept is not null && File.Exists(kept))
        {
            return ClientCommand.Refuse($"{kept} exists; the demo starts on an empty store. Name another file.");
        }

        var folder = Directory.CreateTempSubdirectory("recsys-demo-").FullName;
        try
        {
            var world = DemoWorld.Generate(new DemoWorldOptions
            {
                EndTime = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
                Users = users,
                Seed = words.GetValue(_seed),
            });
            await PlayAsync(world, kept ?? Path.Combine(folder, "demo.db"), words.GetValue(_epochs), cancellationToken);
            SayNext(kept);
            return ClientCommand.Success;
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            return ClientCommand.Interrupt();
        }
        catch (RpcException e)
        {
            return ClientCommand.Refuse(ClientCommand.Describe(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StartupException)
        {
            return ClientCommand.Refuse(e.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PlayAsync(DemoWorld world, string store, int epochs, CancellationToken cancellationToken)
    {
        var terminal = ClientCommand.Terminal();
        var clock = Stopwatch.StartNew();
        await using var host = await RecsysHost.StartAsync(ServeOptions.ForLoopback(store), cancellationToken);
        Head(terminal, $"1  A server on an empty store: gRPC at {host.Addresses.Grpc!.OriginalString}");
        await using var server = await ServerConnection.OpenAsync("", "", host.Addresses.Grpc!.OriginalString, "", "default", cancellationToken);

        Head(terminal, "2  Import: a catalogue and two months of what people played");
        using var rejects = new RejectFile(Path.Combine(Path.GetTempPath(), $"recsys-demo-{Environment.ProcessId}.rejects.tsv"));
        var import = new DatasetImport(server, world, rejects);
        var importing = Stopwatch.StartNew();
        await import.RunAsync(new ReadProgress(), cancellationToken);
        terminal.WriteLine(
            $"   {import.ItemsStored:N0} items, {import.EventsStored:N0} events in {importing.Elapsed.TotalSeconds:F1} s, each one synced to disk before its ack");
        if (import.ItemsRefused + import.EventsRefused > 0)
        {
            throw new IOException($"The demo world's own records were refused: see {rejects.Path}");
        }

        Head(terminal, "3  Train the session network");
        var model = await ModelTraining.TrainAsync(server, new TrainModelRequest { Epochs = epochs, Seed = 1 }, terminal, json: false, cancellationToken);
        terminal.WriteLine(
            $"   {model.ModelVersion} is live: {model.UserCount:N0} users, {model.ItemCount:N0} items, NDCG@10 on held-out plays {model.ValidationMetrics.First(m => m.K == 10).Ndcg:F3}");

        Head(terminal, "4  Stream events, watch the lists follow");
        var titles = world.Items.ToDictionary(i => i.ItemId, i => i.Title);
        await using var stage = new DemoStage(server, terminal, titles);
        foreach (var story in world.Stories)
        {
            await stage.PlayAsync(story, cancellationToken);
        }

        await stage.SumUpAsync(cancellationToken);
        terminal.WriteLine($"   The whole demo took {clock.Elapsed.TotalSeconds:F0} s.");
    }

    private static void Head(IAnsiConsole terminal, string text)
    {
        terminal.WriteLine();
        terminal.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    private static void SayNext(string? kept)
    {
        Console.WriteLine();
        Console.WriteLine("Next:");
        if (kept is null)
        {
            Console.WriteLine("  recsys demo --db demo.db                       the same, and keep the store");
            Console.WriteLine("  recsys serve --db demo.db                      serve it: gRPC on 7080, REST on 7081");
        }
        else
        {
            Console.WriteLine($"  recsys serve --db {kept}                      serve it: gRPC on 7080, REST on 7081");
            Console.WriteLine($"  recsys recommend live-ava --db {kept}         (while nobody serves it) Ava's list");
            Console.WriteLine($"  recsys evaluate --db {kept}                   how good the model is, beside three baselines");
        }

        Console.WriteLine("  curl 'http://127.0.0.1:7081/v1/recommendations?user_ids=live-ava'");
        Console.WriteLine("  recsys import YOUR-DATA --db yours.db          your own events: see recsys import --help");
    }
}
