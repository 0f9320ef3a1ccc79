using System.Text.Json;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>Commands find their store or server, or say why they can't, and keys open what they should.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_when_made_are_listed_without_secrets_and_revoked()
    {
        Assert.StartsWith("recsys: There is no store shop.db.", (await RunAsync("keys", "list")).Error, StringComparison.Ordinal);
        var made = await RunAsync("keys", "create", "--scope", "ingest", "read", "--name", "game backend", "--for", "arcade", "default");
        Assert.Equal(0, made.ExitCode);
        Assert.Matches("^rk_[a-z0-9]+_[A-Za-z0-9_-]{40,}\n$", made.Output);
        var id = made.Output.Split('_')[1];
        Assert.Contains(id, made.Error, StringComparison.Ordinal);
        var listed = (await RunAsync("keys", "list", "--json")).Succeeds();
        Assert.DoesNotContain(made.Output.Split('_', 3)[2].Trim(), listed.Output, StringComparison.Ordinal);
        var key = Assert.Single(listed.Json);
        Assert.Equal("game backend", key.GetProperty("display_name").GetString());
        Assert.Equal(["arcade", "default"], key.GetProperty("namespaces").EnumerateArray().Select(ns => ns.GetString()).Order());
        Assert.Matches($"{id} +game backend +ingest read +", (await RunAsync("keys", "list")).Succeeds().Output);
        Assert.Equal($"Key {id} is revoked.\n", (await RunAsync("keys", "revoke", id)).Succeeds().Output);
        Assert.True(Assert.Single((await RunAsync("keys", "list", "--json")).Json).TryGetProperty("revoke_time", out _));
        (await RunAsync("keys", "create", "--scope", "everything")).IsRefused("--scope is ingest, read or admin, not 'everything'");
    }

    [Fact]
    public async Task Store_when_a_server_holds_it_is_refused_and_reached_through_the_server_with_a_key()
    {
        var secret = (await RunAsync("keys", "create", "--scope", "ingest", "read", "--json")).Json[0].GetProperty("secret").GetString()!;
        await File.WriteAllTextAsync(_folder.File("plays.csv"), "user,item,timestamp\nana,1,1700000000\n");
        await using var server = await ServerProcess.StartAsync(_folder.File("shop.db"));
        var url = $"http://{server.Channel.Target}";
        (await RunAsync("recommend", "ana")).IsRefused($"is in use by process {server.Id}");
        Assert.Contains("Say --server URL", (await RunAsync("import", "plays.csv")).Error, StringComparison.Ordinal);

        (await OnServerAsync(url, "import", "plays.csv", "--json")).IsRefused("this server needs an API key: set RECSYS_API_KEY");
        (await OnServerAsync(url, "import", "plays.csv", "--json", "--api-key", "rk_wrong_key")).IsRefused("there is no such API key");
        (await OnServerAsync(url, "recommend", "ana", "--api-key", "two\nlines")).IsRefused("copy it again");
        (await OnServerAsync(url, "keys", "list", "--api-key", secret)).IsRefused("doesn't have the scope admin");
        Assert.Equal(1, Assert.Single((await OnServerAsync(url, "import", "plays.csv", "--json", "--api-key", secret)).Succeeds().Json).GetProperty("events_stored").GetInt32());
        var list = await CommandRun.RunAsync(
            _folder.Path, ["recommend", "bob", "--json"], _ => Task.CompletedTask, ("RECSYS_API_KEY", secret), ("RECSYS_SERVER", url));
        Assert.Equal("1", list.Succeeds().Json[0].GetProperty("items")[0].GetProperty("item_id").GetString());
    }

    [Fact]
    public async Task Server_when_it_is_not_there_or_goes_away_is_named_with_the_reason()
    {
        (await CommandRun.RunAsync(_folder.Path, "models", "list", "--server", "http://127.0.0.1:1")).IsRefused("no connection to http://127.0.0.1:1: Connection refused.");
        (await CommandRun.RunAsync(_folder.Path, "models", "list", "--server", "127.0.0.1:1")).IsRefused("no connection to 127.0.0.1:1: Connection refused.");
        (await CommandRun.RunAsync(_folder.Path, "models", "list", "--server", "ftp://127.0.0.1")).IsRefused("--server is HOST:PORT or a URL such as http://127.0.0.1:7080");
        var ready = _folder.File("ready.json");
        await using var server = await ServerProcess.StartAsync(_folder.File("shop.db"), ["--ready-file", ready]);
        var rest = JsonDocument.Parse(await File.ReadAllTextAsync(ready)).RootElement.GetProperty("rest").GetString()!;
        (await CommandRun.RunAsync(_folder.Path, "models", "list", "--server", rest)).IsRefused("Is this the REST port?");

        await File.WriteAllTextAsync(_folder.File("slow.csv"), "user,item,timestamp\nana,1,1700000000\nana,2,1760000000\n");
        var run = await CommandRun.RunAsync(_folder.Path, ["replay", "slow.csv", "--speed", "1", "--server", $"http://{server.Channel.Target}"], async process =>
        {
            await Eventually.HoldsAsync(async () => (await server.Clients.Users.ListUserEventsAsync(new V1.ListUserEventsRequest { UserId = "ana" })).Events.Count > 0, "an event arrives");
            await server.KillAsync();
        });
        Assert.True(run.ExitCode == 2, $"exit code {run.ExitCode}\n{run.Output}\n{run.Error}");
        Assert.StartsWith("recsys: no connection to ", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.RunAsync(_folder.Path, [.. arguments, "--db", "shop.db"]);

    private Task<CommandRun> OnServerAsync(string url, params string[] arguments) => CommandRun.RunAsync(_folder.Path, [.. arguments, "--server", url]);
}
