using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Services;

public sealed class RestTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly HttpClient _rest = shared.Server.Rest;

    [Fact]
    public async Task Events_and_lists_when_asked_for_by_curl_like_calls_work()
    {
        using var written = await PostAsync("/v1/events:write", """{"events":[{"userId":"rest","type":"EVENT_TYPE_PLAY","itemId":"a","eventId":"r1"}]}""");
        Assert.Equal("DURABILITY_FSYNC", written.RootElement.GetProperty("acks")[0].GetProperty("accepted").GetProperty("durability").GetString());
        using var list = await GetAsync("/v1/recommendations?user_ids=rest&page_size=3&seen_policy=SEEN_POLICY_ALLOW");
        Assert.Equal("a", list.RootElement.GetProperty("list").GetProperty("items")[0].GetProperty("itemId").GetString());
        using var posted = await PostAsync("/v1/recommendations:recommend", """{"userIds":["rest"]}""");
        Assert.NotEmpty(posted.RootElement.GetProperty("list").GetProperty("recommendationId").GetString()!);
        using var user = await GetAsync("/v1/users/rest");
        Assert.Equal("1", user.RootElement.GetProperty("state").GetProperty("interactionCount").GetString());
        using var events = await GetAsync("/v1/users/rest/events");
        Assert.Equal("r1", events.RootElement.GetProperty("events")[0].GetProperty("event").GetProperty("eventId").GetString());
        using var undone = await PostAsync("/v1/events:undo", """{"userId":"rest","eventIds":["r1"]}""");
        Assert.Equal("UNDO_RESULT_UNDONE", undone.RootElement.GetProperty("results")[0].GetString());
    }

    [Fact]
    public async Task Catalogue_when_used_over_rest_works()
    {
        using var upserted = await PostAsync("/v1/items:upsert", """{"item":{"itemId":"rest item:1","kind":"ITEM_KIND_GAME","title":"A game"},"updateMask":"title,kind","allowMissing":true}""");
        Assert.True(upserted.RootElement.GetProperty("created").GetBoolean());
        using var item = await GetAsync("/v1/items/rest%20item:1");
        Assert.Equal("A game", item.RootElement.GetProperty("item").GetProperty("title").GetString());
        using var items = await GetAsync("/v1/items?page_size=5");
        Assert.NotEqual(0, items.RootElement.GetProperty("items").GetArrayLength());
        using var deleted = await _rest.DeleteAsync("/v1/items/rest%20item:1");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        using var missing = await _rest.GetAsync("/v1/items/rest%20item:1");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Watch_when_read_over_rest_streams_lines_of_json()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/recommendations:watch?list.user_ids=restwatch");
        using var response = await _rest.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Eventually.Soon());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        using var first = JsonDocument.Parse((await reader.ReadLineAsync(Eventually.Soon()))!);
        Assert.Equal("restwatch", first.RootElement.GetProperty("list").GetProperty("userIds")[0].GetString());
    }

    [Theory]
    [InlineData("/v1/events:write", "{\"events\":")]
    [InlineData("/v1/events:write", "nonsense")]
    [InlineData("/v1/events:write", "{\"events\":[{\"rating\":\"much\"}]}")]
    [InlineData("/v1/events:write", "{\"events\":{}}")]
    [InlineData("/v1/events:write", "[]")]
    [InlineData("/v1/events:write", "null")]
    [InlineData("/v1/events:write", "")]
    [InlineData("/v1/events:write", "{\"events\":[{\"eventTime\":\"yesterday\"}]}")]
    [InlineData("/v1/events:write", "{\"events\":[{\"userId\":\"\\ud800\"}]}")]
    [InlineData("/v1/events:write", "{\"events\":[{\"type\":\"EVENT_TYPE_DANCE\"}]}")]
    [InlineData("/v1/items:upsert", "{\"item\":{\"ordinal\":1e99}}")]
    [InlineData("/v1/items:upsert", "{\"item\":{\"attributes\":{\"a\":{\"number\":{}}}}}")]
    public async Task Broken_json_when_posted_is_a_bad_request_with_a_status(string path, string json)
    {
        using var response = await _rest.PostAsync(path, Json(json));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{(int)response.StatusCode}: {body}");
        using var status = JsonDocument.Parse(body);
        Assert.Equal(3, status.RootElement.GetProperty("code").GetInt32());
        Assert.NotEmpty(status.RootElement.GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData("/v1/placements:put", "{\"placement\":{\"placement_id\":\"misspelt\",\"objectiv\":1}}", "placement.objectiv")]
    [InlineData(
        "/v1/placements:put", "{\"placement\":{\"placementId\":\"misspelt\",\"pins\":[{},{\"Position\":1}]},\"validate\":{\"only\":[1]}}",
        "placement.pins[1].Position", "validate")]
    [InlineData(
        "/v1/items:upsert", "{\"item\":{\"itemId\":\"misspelt\",\"attributes\":{\"any name\":{\"number\":1,\"nummer\":2}}}}",
        "item.attributes[any name].nummer")]
    [InlineData(
        "/v1/events:write", "{\"events\":[{\"userId\":\"misspelt\",\"eventTyp\\u0065\":\"X\",\"\\u00e9\\n\":{}}]}",
        "events[0].eventType", "events[0].é\\u000A")]
    [InlineData("/v1/recommendations:recommend", "{\"user_id\":\"misspelt\"}", "user_id")]
    [InlineData(
        "/v1/placements:put", "{\"placement\":{\"placementId\":\"misspelt\",\"diversity\":\"abc\",\"pageSize\":1.5,\"pins\":{}}}",
        "placement.diversity", "placement.page_size", "placement.pins")]
    [InlineData(
        "/v1/placements:put", "{\"placement\":{\"placementId\":\"misspelt\",\"pageSize\":1e10,\"pins\":[null,3]}}",
        "placement.page_size", "placement.pins[0]", "placement.pins[1]")]
    [InlineData(
        "/v1/placements:put", "{\"placement\":{\"placementId\":\"misspelt\",\"pageSize\":1,\"page_size\":2,\"filter\":7}}",
        "placement.page_size", "placement.filter")]
    [InlineData("/v1/placements:put", "{\"placement\":{\"placementId\":\"misspelt\"},\"validateOnly\":\"true\"}", "validate_only")]
    [InlineData(
        "/v1/items:upsert", "{\"item\":{\"itemId\":\"misspelt\",\"duration\":\"-0.5s\",\"publishTime\":5},\"updateMask\":\"publish_time\"}",
        "item.duration", "item.publish_time", "update_mask")]
    [InlineData(
        "/v1/items:upsert", "{\"item\":{\"itemId\":\"misspelt\",\"attributes\":{\"a\":{\"number\":1,\"texts\":{}},\"a\":{},\"b\":null}}}",
        "item.attributes[a].texts", "item.attributes[a]", "item.attributes[b]")]
    [InlineData(
        "/v1/events:write", "{\"events\":[{\"userId\":\"misspelt\"},{\"type\":\"EVENT_TYPE_NEW\",\"itemId\":\"\\ud800\",\"rating\":true}]}",
        "events[1].type", "events[1].item_id", "events[1].rating")]
    public async Task Field_that_is_unknown_twice_or_of_a_wrong_type_in_a_body_is_refused_by_its_path_and_nothing_is_stored(string path, string json, params string[] fields)
    {
        foreach (var body in (HttpContent[])[Json(json), new StringContent(json, Encoding.Unicode, "application/json"), Json("\uFEFF" + json)])
        {
            using var response = await _rest.PostAsync(path, body);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, text);
            using var status = JsonDocument.Parse(text);
            Assert.Equal(3, status.RootElement.GetProperty("code").GetInt32());
            var details = status.RootElement.GetProperty("details").EnumerateArray().ToArray();
            Assert.Equal("INVALID_REQUEST", details.Single(detail => detail.TryGetProperty("reason", out _)).GetProperty("reason").GetString());
            Assert.Equal(fields, await FieldsAsync(response));
        }

        using var placement = await _rest.GetAsync("/v1/placements/misspelt");
        using var item = await _rest.GetAsync("/v1/items/misspelt");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (placement.StatusCode, item.StatusCode));
    }

    [Theory]
    [InlineData("/v1/trending?maturity_ceilng=6", "maturity_ceilng")]
    [InlineData("/v1/recommendations?user_ids=a&fliter=x&context.countri=BR", "fliter", "context.countri")]
    [InlineData("/v1/recommendations?user_ids=a&pageSize=3&page_size=4&placement=x&placement=y", "page_size", "placement")]
    [InlineData("/v1/recommendations?user_ids=a&page_size=many&seen_policy=NEVER&explain=1", "page_size", "seen_policy", "explain")]
    [InlineData("/v1/recommendations?context=a&user_ids.x=b&context.attributes=c", "context", "user_ids.x", "context.attributes")]
    [InlineData("/v1/users/a?user_id=b&alt=json", "user_id", "alt")]
    public async Task Query_that_the_contract_does_not_have_is_refused_by_its_name(string path, params string[] fields)
    {
        using var response = await _rest.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(fields, await FieldsAsync(response));
    }

    [Fact]
    public async Task Misspelt_etag_in_a_query_deletes_nothing_and_a_body_takes_no_query()
    {
        using var put = await PostAsync("/v1/placements:put", """{"placement":{"placementId":"guarded"}}""");
        using var misspelt = await _rest.DeleteAsync("/v1/placements/guarded?etagg=zzz");
        using var ignored = await _rest.PostAsync("/v1/placements:put?validate_only=true", Json("""{"placement":{"placementId":"guarded","pageSize":3}}"""));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (misspelt.StatusCode, ignored.StatusCode));
        Assert.Equal(["validate_only"], await FieldsAsync(ignored));
        using var kept = await GetAsync("/v1/placements/guarded");
        Assert.Equal("1", kept.RootElement.GetProperty("placement").GetProperty("version").GetString());
    }

    [Fact]
    public async Task Query_when_by_either_name_and_nested_is_taken()
    {
        using var list = await GetAsync("/v1/recommendations?userIds=q1&userIds=q2&pageSize=3&context.country=BR&context.utcOffset=-10800s&seenPolicy=SEEN_POLICY_ALLOW&explain=true");
        Assert.True(list.RootElement.TryGetProperty("list", out _));
    }

    [Fact]
    public async Task Nulls_are_absent_fields_and_numbers_may_stand_in_quotes()
    {
        using var put = await PostAsync("/v1/placements:put", """
            {"placement":{"placementId":"quoted","pageSize":"20","diversity":"0.5",
              "exploration":1e-1,"pins":null,"filter":null,"seen":{"policy":1},"frequencyCap":{"lists":2.0,"period":null}},"etag":null}
            """);
        var placement = put.RootElement.GetProperty("placement");
        Assert.Equal(
            (20, 0.5, 0.1, 2),
            (placement.GetProperty("pageSize").GetInt32(), placement.GetProperty("diversity").GetDouble(), placement.GetProperty("exploration").GetDouble(),
                placement.GetProperty("frequencyCap").GetProperty("lists").GetInt32()));
        Assert.StartsWith("PLACEMENT_SEEN_POLICY_", placement.GetProperty("seen").GetProperty("policy").GetString(), StringComparison.Ordinal);
        Assert.False(placement.TryGetProperty("pins", out var pins) && pins.GetArrayLength() > 0);
    }

    [Fact]
    public async Task Known_fields_by_either_name_and_free_maps_and_times_are_taken()
    {
        using var upserted = await PostAsync("/v1/items:upsert", """
            {
              "item": {"item_id":"known","publishTime":"2026-01-01T00:00:00Z","duration":"60s","attributes":{"objectiv":{"texts":{"values":["x"]}}},"title":null},
              "update_mask": "duration", "allowMissing": true
            }
            """);
        using var written = await PostAsync("/v1/events:write", """
            {"events":[{"user_id":"known","type":"EVENT_TYPE_PLAY","itemId":"known","context":{"attributes":{"objectiv":"1"}}}]}
            """);
        Assert.True(written.RootElement.GetProperty("acks")[0].TryGetProperty("accepted", out var _));
    }

    [Fact]
    public async Task Violations_when_over_rest_are_typed_details()
    {
        using var response = await _rest.GetAsync("/v1/recommendations?page_size=-5&placement=%01");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var detail = status.RootElement.GetProperty("details").EnumerateArray().First(d => d.GetProperty("@type").GetString()!.EndsWith("BadRequest", StringComparison.Ordinal));
        var fields = detail.GetProperty("fieldViolations").EnumerateArray().Select(violation => violation.GetProperty("field").GetString());
        Assert.Equal(["page_size", "placement"], fields.Order());
    }

    [Theory]
    [InlineData("/v1/recommendations?page_size=many")]
    [InlineData("/v1/recommendations?seen_policy=NEVER")]
    [InlineData("/v1/recommendations?user_ids=%FF")]
    public async Task Broken_query_when_sent_is_a_bad_request(string path)
    {
        using var response = await _rest.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Body_of_5_megabytes_when_posted_is_refused()
    {
        using var response = await _rest.PostAsync("/v1/events:write", Json($$"""{"events":[{"userId":"{{new string('x', 5 * 1024 * 1024)}}"}]}"""));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(8, status.RootElement.GetProperty("code").GetInt32());

        // Without a length in its header it's found out while reading.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events:write") { Content = Json($$"""{"events":[{"userId":"{{new string('x', 5 * 1024 * 1024)}}"}]}""") };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        var refused = await Record.ExceptionAsync(async () =>
        {
            using var chunked = await _rest.SendAsync(request);
            Assert.True((int)chunked.StatusCode is 400 or 413, $"{chunked.StatusCode}");
        });
        Assert.True(refused is null or HttpRequestException, $"{refused}");
        using var after = await GetAsync("/v1/trending");
    }

    [Fact]
    public async Task Body_that_unpacks_to_far_more_than_its_bytes_when_posted_is_refused()
    {
        var most = string.Join(',', Enumerable.Repeat("{}", 99_999));
        using var allowed = await _rest.PostAsync("/v1/events:write", Json($$"""{"events":[{{most}}]}"""));
        Assert.Contains("at most 1000 are allowed", await allowed.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var response = await _rest.PostAsync("/v1/events:write", Json($$"""{"events":[{{most}},{}]}"""));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(8, status.RootElement.GetProperty("code").GetInt32());
        Assert.Contains("MESSAGE_TOO_LARGE", status.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "ZZ\r\n")]
    [InlineData("Transfer-Encoding: chunked", "9\r\n{\"events\"")]
    [InlineData("Content-Length: 100", "{\"events\":[")]
    public async Task Body_that_breaks_off_when_sent_is_no_incident(string framing, string start)
    {
        await using var server = await RunningServer.StartAsync(); // whose log must stay clean
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Rest.BaseAddress!.Host, server.Rest.BaseAddress.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/events:write HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{start}"));
            if (start[0] == 'Z') Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[16], Eventually.Soon()));
        }

        Assert.Equal("Healthy", await server.Rest.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task Body_that_never_ends_when_the_server_stops_does_not_hold_it_up()
    {
        var server = await RunningServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Rest.BaseAddress!.Host, server.Rest.BaseAddress.Port);
        await client.GetStream().WriteAsync("POST /v1/events:write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());

        // Who is told to continue is being read.
        Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[64], Eventually.Soon()));
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Root_and_health_when_read_answer()
    {
        using var root = await GetAsync("/");
        Assert.Equal("recsys", root.RootElement.GetProperty("name").GetString());
        Assert.Equal("Healthy", await _rest.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task Page_of_another_site_when_it_was_rebound_to_this_machine_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/trending");
        request.Headers.Host = "evil.example";
        using var response = await _rest.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
    }

    private static async Task<string[]> FieldsAsync(HttpResponseMessage response)
    {
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var detail = status.RootElement.GetProperty("details").EnumerateArray().Single(one => one.TryGetProperty("fieldViolations", out _));
        return [.. detail.GetProperty("fieldViolations").EnumerateArray().Select(violation => violation.GetProperty("field").GetString()!)];
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task<JsonDocument> GetAsync(string path) => JsonDocument.Parse(await _rest.GetStringAsync(path));

    private async Task<JsonDocument> PostAsync(string path, string json)
    {
        using var response = await _rest.PostAsync(path, Json(json));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body);
    }
}
