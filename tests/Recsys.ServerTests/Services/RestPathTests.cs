using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

/// <summary>Ids that hold a slash, in paths as they go over the wire.</summary>
public sealed class RestPathTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Slash = "a/b";
    private const string Literal = "a%2Fb";

    [Fact]
    public async Task Ids_with_a_slash_when_in_a_path_are_what_was_sent_and_so_are_ids_with_the_escape_itself()
    {
        foreach (var id in new[] { Slash, Literal })
        {
            await shared.Server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(id, id, $"event of {id}")));
            await shared.Server.Clients.Catalog.UpsertItemAsync(
                new UpsertItemRequest { Item = new Item { ItemId = id, Kind = ItemKind.Game, Title = id, Genres = { "g" } }, AllowMissing = true });
        }

        // As it is sent, an escape more keeps the escape.
        foreach (var (sent, id) in new[] { ("a%2Fb", Slash), ("a%2fb", Slash), ("a%252Fb", Literal), ("%61%2F%62", Slash) })
        {
            Assert.Equal(id, (await JsonAsync("GET", $"/v1/users/{sent}")).GetProperty("user").GetProperty("userId").GetString());
            Assert.Equal(id, (await JsonAsync("GET", $"/v1/items/{sent}")).GetProperty("item").GetProperty("itemId").GetString());
            var events = (await JsonAsync("GET", $"/v1/users/{sent}/events?page_size=5")).GetProperty("events");
            Assert.Equal($"event of {id}", events[0].GetProperty("event").GetProperty("eventId").GetString());
            var similar = (await JsonAsync("GET", $"/v1/items/{sent}/similar")).GetProperty("items");
            Assert.Equal(id == Slash ? Literal : Slash, similar[0].GetProperty("itemId").GetString());
            Assert.Contains($"\"event of {id}\"", await ExportAsync(sent), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await SendAsync("DELETE", "/v1/users/a%2Fb")).Status);
        Assert.Equal(404, (await SendAsync("GET", "/v1/users/a%2Fb")).Status);
        Assert.Equal(200, (await SendAsync("GET", "/v1/users/a%252Fb")).Status);
        Assert.Equal(200, (await SendAsync("DELETE", "/v1/items/a%252Fb")).Status);
        Assert.Equal(404, (await SendAsync("GET", "/v1/items/a%252Fb")).Status);
        Assert.Equal(200, (await SendAsync("GET", "/v1/items/a%2Fb")).Status);
    }

    private async Task<string> ExportAsync(string sent)
    {
        var (status, body) = await SendAsync("GET", $"/v1/users/{sent}:export");
        Assert.Equal(200, status);
        return body.Replace("\\", "", StringComparison.Ordinal);
    }

    private async Task<JsonElement> JsonAsync(string method, string target)
    {
        var (status, body) = await SendAsync(method, target);
        Assert.True(status == 200, $"{method} {target}: {status} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>HTTP/1.0, so that the answer ends with the connection; no client library touches the path.</summary>
    private async Task<(int Status, string Body)> SendAsync(string method, string target)
    {
        using var client = new TcpClient();
        var address = shared.Server.Rest.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.0\r\nHost: localhost\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync(Eventually.Soon());
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }
}
