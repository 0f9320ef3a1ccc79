using Recsys.Server.Validation;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Commands;

/// <summary>What a catalogue can do to the terminal of whoever looks at it: nothing.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const string Title = "\e[31mRED\e]0;pwn\a \u009b2J \u202edesrever\u2066";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Titles_and_ids_when_printed_as_tables_lines_errors_or_json_hold_nothing_that_a_terminal_obeys()
    {
        await using var server = await RunningServer.StartAsync();
        await server.Clients.Catalog.UpsertItemAsync(new() { Item = new() { ItemId = "a\u202eb", Kind = ItemKind.Film, Title = Title }, AllowMissing = true });
        await server.Clients.Events.WriteEventsAsync(new() { Events = { new Event { UserId = "ana", ItemId = "a\u202eb", Type = EventType.Play } } });
        await server.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "p\u2066", Filter = "tags = '\u202e'" } });

        string[][] all =
        [
            ["recommend", "ana", "--keep-seen"],
            ["recommend", "ana", "--keep-seen", "--json"],
            ["placements", "list"],
            ["placements", "get", "p\u2066"],
        ];
        foreach (var words in all)
        {
            var output = (await RunAsync(server, words)).Succeeds().Output;
            Assert.True(output.All(c => c == '\n' || !IsObeyed(c)), output);
            Assert.Contains("\\u20", output, StringComparison.Ordinal);
        }

        Assert.Contains("\\u001B[31mRED\\u001B]0;pwn\\u0007 \\u009B2J \\u202Edesrever\\u2066", (await RunAsync(server, all[0])).Output, StringComparison.Ordinal);
        var refused = await RunAsync(server, "recommend", "ana", "--filter", "tags = 'x' \u202e");
        refused.IsRefused("filter");
        Assert.True(refused.Error.All(c => c == '\n' || !IsObeyed(c)), refused.Error);
    }

    [Theory]
    [InlineData("plain, ünïcode, 日本, العربية and 🎬", "plain, ünïcode, 日本, العربية and 🎬")]
    [InlineData("نمی\u200cخواهم 👨\u200d👩", "نمی\u200cخواهم 👨\u200d👩")]
    [InlineData("a\r\n\t\u007f\u0085\u200e\u2028\ufeff", "a\\u000D\\u000A\\u0009\\u007F\\u0085\\u200E\\u2028\\uFEFF")]
    public void Text_when_shown_is_as_it_is_but_for_what_is_obeyed_or_unseen(string text, string shown)
    {
        Assert.Equal(shown, Printable.Of(text));
        Assert.Equal(shown.Replace("\\u000A\\u0009", "\n\t", StringComparison.Ordinal), Printable.Of(text, areLines: true));
    }

    private static bool IsObeyed(char c) => char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';

    private Task<CommandRun> RunAsync(RunningServer server, params string[] words) =>
        CommandRun.RunAsync(_folder.Path, [.. words, "--server", server.Host.Addresses.Grpc!.OriginalString]);
}
