using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys placements` against a running server.</summary>
public sealed class PlacementsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Placement_when_got_edited_and_put_is_changed_and_a_file_that_is_out_of_date_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Contains("No placements", (await RunAsync(server, "list")).Succeeds().Output, StringComparison.Ordinal);
        await server.Clients.Placements.PutPlacementAsync(new() { Placement = Sample.FullPlacement("home") });
        var got = (await RunAsync(server, "get", "home")).Succeeds().Output;
        Assert.Contains("\n  \"page_size\": 30,\n", got, StringComparison.Ordinal);

        var file = _folder.File("home.json");
        await File.WriteAllTextAsync(file, got.Replace("\"page_size\": 30", "\"page_size\": 12", StringComparison.Ordinal));
        Assert.Equal("home is valid; nothing is changed.\n", (await RunAsync(server, "put", "--file", file, "--validate-only")).Succeeds().Output);
        Assert.Equal(30, (await ReadAsync(server)).PageSize);
        Assert.Equal("home is version 2 now.\n", (await RunAsync(server, "put", "--file", file)).Succeeds().Output);
        var expected = Sample.FullPlacement("home");
        expected.PageSize = 12;
        var stored = await ReadAsync(server);
        (stored.Etag, stored.Version, stored.CreateTime, stored.UpdateTime) = ("", 0, null, null);
        Assert.Equal(expected, stored);

        (await RunAsync(server, "put", "--file", file)).IsRefused("get it again");
        (await RunAsync(server, "put", "--file", file, "--force")).Succeeds();

        // The form for programs is put as well.
        await File.WriteAllTextAsync(file, (await RunAsync(server, "get", "home", "--json", "--version", "1")).Succeeds().Output);
        Assert.Equal(30, (await RunAsync(server, "put", "--file", file, "--json")).Succeeds().Json[0].GetProperty("page_size").GetInt32());
    }

    [Fact]
    public async Task Placements_when_listed_rolled_back_and_deleted_are_so()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var size in (int[])[5, 6]) await server.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home", PageSize = size } });
        Assert.Contains(" home ", (await RunAsync(server, "list")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Equal(6, (await RunAsync(server, "list", "--json")).Succeeds().Json[0].GetProperty("page_size").GetInt32());
        Assert.Equal("home is version 3 now.\n", (await RunAsync(server, "roll-back", "home")).Succeeds().Output);
        Assert.Equal(5, (await ReadAsync(server)).PageSize);
        Assert.Equal("home is version 4 now.\n", (await RunAsync(server, "roll-back", "home", "--version", "2")).Succeeds().Output);
        Assert.Equal("home is deleted.\n", (await RunAsync(server, "delete", "home")).Succeeds().Output);
        (await RunAsync(server, "get", "home")).IsRefused("There is no placement 'home'");
        var history = (await RunAsync(server, "history", "home")).Succeeds().Output;
        Assert.Equal(
            ["deleted", "rolled back to 2 page_size", "rolled back to 1 page_size", "replaced page_size", "created"],
            history.Split('\n').Where(line => line.Contains('Z')).Select(line => string.Join(' ', line[line.IndexOf('Z')..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..])));
        Assert.Equal(5, (await RunAsync(server, "history", "home", "--json")).Succeeds().Json.Count);
    }

    [Theory]
    [InlineData("{", "is no placement")]
    [InlineData("""{"placement_id":"p","page":3}""", "page")]
    [InlineData(
        """{"placement_id":"p","diversity":"NaN","pins":[{"position":-1}]}""",
        "placement.pins[0].item_id: is required; placement.diversity: must be 0 to 1, is NaN; placement.pins[0].position")]
    [InlineData(
        """{"placement_id":"p","diversity":"abc","pins":[null],"page_size":1,"pageSize":2}""",
        "placement.diversity: must be a number, is 'abc'; placement.pins[0]: must be an object, is null; placement.page_size: is given twice")]
    public async Task File_that_is_wrong_when_put_is_refused_with_what_is_wrong(string content, string reason)
    {
        await using var server = await RunningServer.StartAsync();
        var file = _folder.File("p.json");
        await File.WriteAllTextAsync(file, content);
        (await RunAsync(server, "put", "--file", file)).IsRefused(reason);
        (await RunAsync(server, "put", "--file", _folder.File("none.json"))).IsRefused("none.json");
    }

    private Task<CommandRun> RunAsync(RunningServer server, params string[] words) =>
        CommandRun.RunAsync(_folder.Path, ["placements", .. words, "--server", server.Host.Addresses.Grpc!.OriginalString]);

    private static async Task<Placement> ReadAsync(RunningServer server) => (await server.Clients.Placements.GetPlacementAsync(new() { PlacementId = "home" })).Placement;
}
