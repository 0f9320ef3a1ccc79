using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class PlacementServiceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task Placement_with_every_field_when_read_back_is_the_same()
    {
        var sent = Sample.FullPlacement(Sample.Name("placement"));
        var put = await PutAsync(sent);
        Assert.Equal((true, 0), (put.Created, put.ReplicasPending));
        var read = (await _clients.Placements.GetPlacementAsync(new() { PlacementId = sent.PlacementId })).Placement;
        Assert.Equal(put.Placement, read);
        Assert.NotEmpty(read.Etag);
        Assert.Equal((1, read.UpdateTime), (read.Version, read.CreateTime));

        // Put as it was read: what is output only is ignored.
        var again = await PutAsync(read);
        Assert.Equal((false, 2L), (again.Created, again.Placement.Version));
        Assert.Equal(read.CreateTime, again.Placement.CreateTime);
        foreach (var each in new[] { read, again.Placement }) (each.Etag, each.Version, each.CreateTime, each.UpdateTime) = ("", 0, null, null);
        Assert.Equal(sent, read);
        Assert.Equal(sent, again.Placement);
    }

    [Fact]
    public async Task Placement_when_little_is_said_has_the_defaults()
    {
        var put = await PutAsync(new Placement
        {
            PlacementId = Sample.Name("placement"),
            Sources = { new PlacementSource { Source = CandidateSource.Linear } },
            FrequencyCap = new PlacementFrequencyCap { Lists = 3 },
        });
        Assert.Equal(1, put.Placement.Sources.Single().Weight);
        Assert.Equal((1, 3, null), (put.Placement.FrequencyCap.MaxImpressions, put.Placement.FrequencyCap.Lists, put.Placement.FrequencyCap.Period));
        Assert.Equal((0, null), (put.Placement.PageSize, put.Placement.Seen));
    }

    [Fact]
    public async Task Etag_when_stale_aborts_and_only_validating_changes_nothing()
    {
        var id = Sample.Name("placement");
        var only = await _clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = id }, ValidateOnly = true });
        Assert.Equal((true, ""), (only.Created, only.Placement.Etag));
        await RpcAssert.FailsWithReasonAsync(StatusCode.NotFound, "PLACEMENT_NOT_FOUND", async () => await _clients.Placements.GetPlacementAsync(new() { PlacementId = id }));

        var first = (await PutAsync(new() { PlacementId = id, PageSize = 5 })).Placement;
        var second = (await _clients.Placements.PutPlacementAsync(new() { Placement = first, Etag = first.Etag })).Placement;
        foreach (var validateOnly in (bool[])[false, true])
        {
            await RpcAssert.FailsWithReasonAsync(
                StatusCode.Aborted, "ETAG_MISMATCH", async () => await _clients.Placements.PutPlacementAsync(new() { Placement = first, Etag = first.Etag, ValidateOnly = validateOnly }));
        }

        await RpcAssert.FailsAsync(StatusCode.Aborted, async () => await _clients.Placements.DeletePlacementAsync(new() { PlacementId = id, Etag = first.Etag }));
        await RpcAssert.FailsAsync(StatusCode.Aborted, async () => await _clients.Placements.RollBackPlacementAsync(new() { PlacementId = id, Etag = first.Etag }));
        await _clients.Placements.DeletePlacementAsync(new() { PlacementId = id, Etag = second.Etag });
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Placements.GetPlacementAsync(new() { PlacementId = id }));
    }

    [Fact]
    public async Task Versions_when_listed_come_newest_first_in_pages_and_can_be_rolled_back_to()
    {
        var id = Sample.Name("placement");
        for (var size = 1; size <= 3; size++) await PutAsync(new() { PlacementId = id, PageSize = size });
        await _clients.Placements.DeletePlacementAsync(new() { PlacementId = id });
        var back = await _clients.Placements.RollBackPlacementAsync(new() { PlacementId = id, Version = 2 });
        Assert.Equal((2, 5L), (back.Placement.PageSize, back.Placement.Version));
        Assert.Equal(back.Placement, (await _clients.Placements.GetPlacementAsync(new() { PlacementId = id })).Placement);
        Assert.Equal(3, (await _clients.Placements.GetPlacementAsync(new() { PlacementId = id, Version = 3 })).Placement.PageSize);

        var versions = new List<PlacementVersion>();
        var request = new ListPlacementVersionsRequest { PlacementId = id, PageSize = 2 };
        do
        {
            var page = await _clients.Placements.ListPlacementVersionsAsync(request);
            Assert.InRange(page.Versions.Count, 1, 2);
            versions.AddRange(page.Versions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        (long, PlacementChange, long, string)[] expected =
        [
            (5, PlacementChange.RolledBack, 2, ""), (4, PlacementChange.Deleted, 0, ""), (3, PlacementChange.Replaced, 0, "page_size"),
            (2, PlacementChange.Replaced, 0, "page_size"), (1, PlacementChange.Created, 0, ""),
        ];
        Assert.Equal(expected, versions.Select(v => (v.Version, v.Change, v.RolledBackVersion, string.Join(' ', v.ChangedFields))));
        await RpcAssert.FailsWithReasonAsync(
            StatusCode.FailedPrecondition, "PLACEMENT_VERSION_DELETED", async () => await _clients.Placements.RollBackPlacementAsync(new() { PlacementId = id, Version = 4 }));
        await RpcAssert.FailsWithReasonAsync(
            StatusCode.NotFound, "PLACEMENT_VERSION_NOT_FOUND", async () => await _clients.Placements.RollBackPlacementAsync(new() { PlacementId = id, Version = 9 }));
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Placements.ListPlacementVersionsAsync(new() { PlacementId = id, PageToken = "x", PageSize = -1 }), "page_token", "page_size");
    }

    [Fact]
    public async Task Placements_when_listed_come_in_pages_that_clients_can_receive()
    {
        var ns = Sample.Name("ns");
        foreach (var id in (string[])["c", "a", "b"]) await _clients.Placements.PutPlacementAsync(new() { Namespace = ns, Placement = new() { PlacementId = id } });
        var first = await _clients.Placements.ListPlacementsAsync(new() { Namespace = ns, PageSize = 2 });
        Assert.Equal(["a", "b"], first.Placements.Select(placement => placement.PlacementId));
        var second = await _clients.Placements.ListPlacementsAsync(new() { Namespace = ns, PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal("c", second.Placements.Single().PlacementId);
        Assert.Empty(second.NextPageToken);
        await RpcAssert.FailsAtAsync(async () => await _clients.Placements.ListPlacementsAsync(new() { PageToken = first.NextPageToken }), "page_token");

        foreach (var id in (string[])["d", "e", "f", "g", "h", "i"]) await _clients.Placements.PutPlacementAsync(new() { Namespace = ns, Placement = Large(id, 7) });
        var (all, pages, token) = (new List<string>(), 0, "");
        do
        {
            var page = await _clients.Placements.ListPlacementsAsync(new() { Namespace = ns, PageToken = token });
            all.AddRange(page.Placements.Select(placement => placement.PlacementId));
            (pages, token) = (pages + 1, page.NextPageToken);
        }
        while (token.Length > 0);

        Assert.Equal("abcdefghi", string.Concat(all));
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Bad_placement_when_put_names_every_field()
    {
        var placement = new Placement
        {
            PlacementId = new string('p', 129),
            TitleKey = "a\n",
            Sources = { new PlacementSource { Source = (CandidateSource)256 + 4, Weight = double.NaN }, new PlacementSource() },
            Filter = new string('f', 16_385),
            Seen = new PlacementSeen { Policy = (PlacementSeenPolicy)257 },
            Diversity = double.PositiveInfinity,
            Caps = { new PlacementCap() },
            Pins =
            {
                new PlacementPin { ItemId = "a", Position = -1 },
                new PlacementPin { StartTime = new Timestamp { Seconds = 2 }, EndTime = new Timestamp { Seconds = 1 } },
                new PlacementPin { ItemId = "b", Position = 5, StartTime = new Timestamp { Nanos = -1 } },
            },
            Boosts =
            {
                new PlacementBoost { Factor = -1 },
                new PlacementBoost { ItemIds = { "a", "", "a" }, Factor = 101 },
                new PlacementBoost { Filter = "\0", Factor = 1, EndTime = new Timestamp { Seconds = long.MaxValue } },
            },
            Exploration = -0.1,
            FrequencyCap = new PlacementFrequencyCap { MaxImpressions = -1, Lists = -1, Period = new Duration { Seconds = -1 } },
            PageSize = 501,
            RankingObjective = (PlacementObjective)99,
        };
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Placements.PutPlacementAsync(new() { Namespace = "Bad", Placement = placement, Etag = "\u0001" }),
            "namespace", "etag", "placement.placement_id", "placement.title_key", "placement.sources[0].source", "placement.sources[0].weight", "placement.sources[1].source",
            "placement.filter", "placement.seen.policy", "placement.diversity", "placement.caps[0].attribute", "placement.caps[0].max_items", "placement.pins[0].position",
            "placement.pins[1].item_id", "placement.pins[1].end_time", "placement.pins[2].start_time", "placement.boosts[0]", "placement.boosts[0].factor",
            "placement.boosts[1].item_ids[1]", "placement.boosts[1].item_ids[2]", "placement.boosts[1].factor", "placement.boosts[2].filter", "placement.boosts[2].end_time",
            "placement.exploration", "placement.frequency_cap.max_impressions", "placement.frequency_cap.lists", "placement.frequency_cap.period",
            "placement.ranking_objective", "placement.page_size");
        placement = new() { PlacementId = "p", FrequencyCap = new() { Period = new Duration { Nanos = 1 } } };
        await RpcAssert.FailsAtAsync(async () => await _clients.Placements.PutPlacementAsync(new() { Placement = placement }), "placement.frequency_cap.period");
        await RpcAssert.FailsAtAsync(async () => await _clients.Placements.PutPlacementAsync(new()), "placement", "placement.placement_id");
        await RpcAssert.FailsAtAsync(async () => await _clients.Placements.GetPlacementAsync(new() { Version = -1 }), "placement_id", "version");
        await RpcAssert.FailsAtAsync(async () => await _clients.Placements.DeletePlacementAsync(new() { Etag = "\0" }), "placement_id", "etag");
        await RpcAssert.FailsAtAsync(async () => await _clients.Placements.RollBackPlacementAsync(new() { PlacementId = "\t", Version = -1 }), "placement_id", "version");
        await RpcAssert.FailsAtAsync(async () => await _clients.Placements.ListPlacementVersionsAsync(new()), "placement_id");
    }

    [Fact]
    public async Task Hostile_placements_when_put_are_refused_at_the_field_in_bounded_time()
    {
        var watch = Stopwatch.StartNew();
        var many = new Placement { PlacementId = "p" };
        many.Pins.AddRange(Enumerable.Range(0, 5_000).Select(_ => new PlacementPin { ItemId = "a", Position = -1 }));
        many.Boosts.AddRange(Enumerable.Range(0, 5_000).Select(_ => new PlacementBoost { Factor = -1 }));
        many.Caps.AddRange(Enumerable.Range(0, 5_000).Select(_ => new PlacementCap()));
        many.Sources.AddRange(Enumerable.Range(0, 5_000).Select(_ => new PlacementSource { Weight = double.NaN }));
        await RpcAssert.FailsAtAsync(async () => await PutAsync(many), "placement.pins", "placement.boosts", "placement.caps", "placement.sources");

        await RpcAssert.FailsAtAsync(async () => await PutAsync(Large("p", 10)), "placement");
        await RpcAssert.FailsAtAsync(async () => await PutAsync(new() { PlacementId = "p", Filter = new string('(', 1 << 20) }), "placement.filter", "placement");

        // 200 at once in 200 places at once, each wrong in several ways: as many as anybody reads.
        var wrong = new Placement { PlacementId = "p" };
        wrong.Pins.AddRange(Enumerable.Range(0, 200).Select(_ => new PlacementPin { Position = 900, StartTime = new Timestamp { Nanos = -1 } }));
        var status = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, async () => await PutAsync(wrong));
        Assert.Equal(100, status.GetDetail<BadRequest>().FieldViolations.Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("""{"placement":{"placementId":"p","sources":[null]}}""")]
    [InlineData("""{"placement":{"placementId":"p","pins":[null]}}""")]
    [InlineData("""{"placement":{"placementId":"p","boosts":[{"itemIds":[null],"factor":1}]}}""")]
    [InlineData("""{"placement":{"placementId":"p","sources":[{"source":"CANDIDATE_SOURCE_TASTE","weight":"NaN"}]}}""")]
    [InlineData("""{"placement":{"placementId":"p","diversity":1e999}}""")]
    [InlineData("""{"placement":{"placementId":"p","seen":{"policy":"FUN"}}}""")]
    [InlineData("""{"placement":null}""")]
    [InlineData("""{"placement":[]}""")]
    public async Task Json_that_is_no_placement_when_put_is_a_bad_request(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await shared.Server.Rest.PostAsync("/v1/placements:put", content);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Placement_when_over_rest_is_put_read_listed_rolled_back_and_deleted()
    {
        var rest = shared.Server.Rest;
        var id = "rest/" + Sample.Name("placement");
        var path = $"/v1/placements/{Uri.EscapeDataString(id)}";
        foreach (var size in (int[])[7, 8])
        {
            var put = await JsonAsync(HttpMethod.Post, "/v1/placements:put", $$$"""{"placement":{"placementId":"{{{id}}}","pageSize":{{{size}}},"pins":[{"itemId":"a","position":2}]}}""");
            Assert.Equal(size, put.GetProperty("placement").GetProperty("pageSize").GetInt32());
        }

        Assert.Equal("2", (await JsonAsync(HttpMethod.Get, path)).GetProperty("placement").GetProperty("version").GetString());
        Assert.Equal(7, (await JsonAsync(HttpMethod.Get, path + "?version=1")).GetProperty("placement").GetProperty("pageSize").GetInt32());
        Assert.Contains((await JsonAsync(HttpMethod.Get, "/v1/placements")).GetProperty("placements").EnumerateArray(), placement => placement.GetProperty("placementId").GetString() == id);
        Assert.Equal(7, (await JsonAsync(HttpMethod.Post, path + ":rollBack", "{}")).GetProperty("placement").GetProperty("pageSize").GetInt32());
        Assert.Equal("PLACEMENT_CHANGE_ROLLED_BACK", (await JsonAsync(HttpMethod.Get, path + "/versions")).GetProperty("versions")[0].GetProperty("change").GetString());
        await JsonAsync(HttpMethod.Delete, path);
        using var gone = await rest.GetAsync(path);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);

        async Task<JsonElement> JsonAsync(HttpMethod method, string target, string? body = null)
        {
            using var request = new HttpRequestMessage(method, target) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            using var response = await rest.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{target}: {text}");
            return JsonDocument.Parse(text).RootElement;
        }
    }

    [Fact]
    public async Task Versions_when_made_with_keys_name_the_key_and_writes_need_admin()
    {
        await using var server = await RunningServer.StartAsync();
        var key = await server.Clients.Access.CreateApiKeyAsync(new() { Scopes = { ApiScope.Admin, ApiScope.Read }, Namespaces = { "*" } });
        var admin = server.WithKey(key.Secret);
        var reader = server.WithKey((await admin.Access.CreateApiKeyAsync(new() { Scopes = { ApiScope.Read, ApiScope.Ingest }, Namespaces = { "default" } })).Secret);
        await admin.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home" } });
        Assert.Equal(key.ApiKey.KeyId, (await reader.Placements.ListPlacementVersionsAsync(new() { PlacementId = "home" })).Versions.Single().ApiKeyId);
        await reader.Placements.GetPlacementAsync(new() { PlacementId = "home" });
        await reader.Placements.ListPlacementsAsync(new());
        foreach (var write in (Func<Task>[])
        [
            async () => await reader.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home" } }),
            async () => await reader.Placements.DeletePlacementAsync(new() { PlacementId = "home" }),
            async () => await reader.Placements.RollBackPlacementAsync(new() { PlacementId = "home" }),
        ])
        {
            await RpcAssert.FailsWithReasonAsync(StatusCode.PermissionDenied, "SCOPE_MISSING", write);
        }
    }

    private async Task<PutPlacementResponse> PutAsync(Placement placement) => await _clients.Placements.PutPlacementAsync(new() { Placement = placement });

    /// <summary>Of about so many times 113,000 bytes.</summary>
    private static Placement Large(string id, int boosts)
    {
        var placement = new Placement { PlacementId = id };
        for (var i = 0; i < boosts; i++)
        {
            var boost = new PlacementBoost { Factor = 2 };
            boost.ItemIds.AddRange(Enumerable.Range(0, 1_000).Select(item => $"{item:D110}"));
            placement.Boosts.Add(boost);
        }

        return placement;
    }
}
