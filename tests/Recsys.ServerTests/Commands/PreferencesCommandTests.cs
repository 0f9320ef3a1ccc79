using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys preferences` against a running server.</summary>
public sealed class PreferencesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Words_when_said_are_listed_and_retracted()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.Equal("ana has said nothing.\n", (await RunAsync(server, "list", "ana")).Succeeds().Output);
        Assert.Equal("ana has 2 preferences now.\n", (await RunAsync(server, "more", "ana", "film-7", "film-8")).Succeeds().Output);
        Assert.Equal("ana has 4 preferences now.\n", (await RunAsync(server, "less", "ana", "film-7", "--genre", "horror", "--tag", "gore")).Succeeds().Output);
        Assert.Equal(5, (await RunAsync(server, "not", "ana", "--creator", "A. Author", "--json")).Succeeds().Json[0].GetProperty("preference_count").GetInt32());
        Assert.Equal("ana has 2 picks now.\n", (await RunAsync(server, "picks", "ana", "film-3", "--genre", "comedy")).Succeeds().Output);
        var listed = (await RunAsync(server, "list", "ana")).Succeeds().Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipLast(2)));
        Assert.Equal(
            ["not A. Author creator", "less horror genre", "less gore tag", "less film-7 item", "more film-8 item", "picked film-3 item", "picked comedy genre"],
            listed.Where(line => line.Contains(' ') && line.Split(' ')[0] is "not" or "less" or "more" or "picked"));
        Assert.Equal("2 of 3 taken back.\n", (await RunAsync(server, "retract", "ana", "film-7", "film-9", "--genre", "HORROR")).Succeeds().Output);
        Assert.Equal("ana has picked nothing now.\n", (await RunAsync(server, "picks", "ana")).Succeeds().Output);
        Assert.Equal(3, (await RunAsync(server, "list", "ana", "--json")).Succeeds().Json[0].GetProperty("preferences").GetArrayLength());
        Assert.Equal("ana is a new user to the lists now.\n", (await RunAsync(server, "reset", "ana")).Succeeds().Output);
        Assert.Equal("ana has said nothing.\n", (await RunAsync(server, "list", "ana")).Succeeds().Output);
        (await RunAsync(server, "reset", "ben")).IsRefused("There is no user 'ben'");
        (await RunAsync(server, "more", "ana")).IsRefused("Say of what");
        (await RunAsync(server, "not", "ana", new string('x', 129))).IsRefused("preferences[0].subject.item_id");
    }

    private Task<CommandRun> RunAsync(RunningServer server, params string[] words) =>
        CommandRun.RunAsync(_folder.Path, ["preferences", .. words, "--server", server.Host.Addresses.Grpc!.OriginalString]);
}
