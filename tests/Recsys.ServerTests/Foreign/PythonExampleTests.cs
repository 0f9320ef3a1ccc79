using System.Diagnostics;
using Recsys.ServerTests.Running;
using Recsys.V1;
using Type = Recsys.V1.EventType;

namespace Recsys.ServerTests.Foreign;

/// <summary>A foreign client against the running server: clients/python/examples/stream_watch_events.py, with Debian's Python packages (./test installs them).</summary>
public sealed class PythonExampleTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    // Generated anew here, so that a run doesn't write into the working tree.
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Example_when_run_plays_what_the_list_offers_and_shows_the_list_that_follows()
    {
        await using var server = await StartWithFilmsAsync(8);
        var run = await RunAsync(server, "--user", "viewer", "--plays", "2", "--top", "5");
        Assert.True(run.ExitCode == 0, run.Output);

        // Two plays of three events, each acknowledged; what was played is in no later list.
        Assert.Equal(6, Count(run.Output, "accepted (DURABILITY_FSYNC)"));
        var lists = run.Output.Split("  list ")[1..];
        Assert.Equal(3, lists.Length);
        var played = run.Output.Split('\n').Where(line => line.StartsWith("viewer plays ", StringComparison.Ordinal)).Select(line => line[13..]).ToList();
        Assert.Equal(2, played.Distinct().Count());
        Assert.Contains($" {played[0]} ", lists[0], StringComparison.Ordinal);
        Assert.DoesNotContain($" {played[0]} ", lists[1], StringComparison.Ordinal);
        Assert.DoesNotContain($" {played[1]} ", lists[2], StringComparison.Ordinal);

        var stored = await EventsOfAsync(server, "viewer");
        Assert.Equal([Type.PlayStart, Type.PlayProgress, Type.PlayStop], stored.Where(e => e.ItemId == played[0]).OrderBy(e => e.EventTime).Select(e => e.Type));
        var user = await server.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" });
        Assert.Equal(2, user.State.InteractionCount);
    }

    [Fact]
    public async Task Example_when_its_stream_breaks_sends_again_and_each_play_counts_once()
    {
        await using var server = await StartWithFilmsAsync(8);
        var run = await RunAsync(server, "--user", "unlucky", "--break-after", "3", "film-3", "film-5");
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("breaking the stream on purpose", run.Output, StringComparison.Ordinal);
        Assert.Contains("0 events left over, 0 dropped", run.Output, StringComparison.Ordinal);

        var stored = await EventsOfAsync(server, "unlucky");
        Assert.Equal(["film-3", "film-5"], stored.Where(e => e.Type == Type.PlayStart).Select(e => e.ItemId).Order());
        Assert.Equal(["film-3", "film-5"], stored.Where(e => e.Type == Type.PlayStop).Select(e => e.ItemId).Order());
        var user = await server.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "unlucky" });
        Assert.Equal(2, user.State.InteractionCount);
    }

    [Fact]
    public async Task Example_when_the_server_refuses_events_says_why_and_ends_with_1()
    {
        await using var server = await StartWithFilmsAsync(2);
        var run = await RunAsync(server, "--user", "viewer", new string('x', 200));
        Assert.True(run.ExitCode == 1, run.Output);
        Assert.Contains("item_id", run.Output, StringComparison.Ordinal);
        Assert.Empty(await EventsOfAsync(server, "viewer"));
    }

    [Fact]
    public async Task Example_when_no_server_is_there_waits_its_time_and_ends_with_3()
    {
        Uri address;
        await using (var server = await RunningServer.StartAsync()) address = server.Host.Addresses.Grpc!;
        var run = await RunAsync("--server", address.Authority, "--patience", "1");
        Assert.True(run.ExitCode == 3, run.Output);
        Assert.Contains("is the server up?", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--top", "0")]
    [InlineData("--plays", "0")]
    [InlineData("--no-such-option", "1")]
    public async Task Example_when_its_arguments_are_wrong_ends_with_2(string option, string value)
    {
        Assert.Equal(2, (await RunAsync(option, value)).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<RunningServer> StartWithFilmsAsync(int count)
    {
        var server = await RunningServer.StartAsync();
        var items = new BatchUpsertItemsRequest();
        for (var i = 0; i < count; i++) items.Items.Add(Sample.Film($"film-{i}"));
        await server.Clients.Catalog.BatchUpsertItemsAsync(items);
        return server;
    }

    private static async Task<IReadOnlyList<Event>> EventsOfAsync(RunningServer server, string user)
    {
        var events = await server.Clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = user, PageSize = 1000 });
        return [.. events.Events.Select(stored => stored.Event)];
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string FindExample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var example = Path.Combine(folder.FullName, "clients/python/examples/stream_watch_events.py");
            if (File.Exists(example)) return example;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds the example.");
    }

    private Task<(int ExitCode, string Output)> RunAsync(RunningServer server, params string[] arguments) =>
        RunAsync(["--server", server.Host.Addresses.Grpc!.Authority, "--patience", "60", .. arguments]);

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, ["-u", FindExample(), "--stubs", "stubs", .. arguments])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("RECSYS_API_KEY");
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} didn't start.");
        var deadline = Eventually.Soon(120);
        var output = process.StandardOutput.ReadToEndAsync(deadline);
        var error = process.StandardError.ReadToEndAsync(deadline);
        await process.WaitForExitAsync(deadline);
        return (process.ExitCode, await output + await error);
    }
}
