using System.Net;
using System.Text;
using System.Text.Json;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class ShelvesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task Shelves_when_asked_for_say_what_they_are_and_share_no_item()
    {
        var ns = await FillAsync();
        var answer = await _clients.Lists.RecommendShelvesAsync(new RecommendShelvesRequest
        {
            Namespace = ns,
            UserIds = { "u" },
            Shelves =
            {
                new ShelfRequest { Kind = ShelfKind.Continue },
                new ShelfRequest { Kind = ShelfKind.NextEpisode },
                new ShelfRequest { Kind = ShelfKind.BecauseYouPlayed, ItemId = "a", PageSize = 1 },
                new ShelfRequest { Kind = ShelfKind.Recommended, Placement = "home" },
            },
        });
        Assert.Equal([(ShelfKind.Continue, 0), (ShelfKind.BecauseYouPlayed, 2), (ShelfKind.Recommended, 3)], answer.Shelves.Select(shelf => (shelf.Kind, shelf.Index)));
        Assert.Equal(["shelf.continue", "shelf.because_you_played", "shelf.recommended"], answer.Shelves.Select(shelf => shelf.TitleKey));
        var underway = Assert.Single(answer.Shelves[0].List.Items);
        Assert.Equal(("b", 0.5, 30), (underway.ItemId, underway.Progress.PlayedShare, underway.Progress.Position.Seconds));
        Assert.Equal(ReasonKind.Underway, underway.Reasons[0].Kind);
        Assert.Equal("Film a", answer.Shelves[1].TitleArgs["title"]);
        Assert.Equal("home", answer.Shelves[2].List.Placement);
        var items = answer.Shelves.SelectMany(shelf => shelf.List.Items).Select(item => item.ItemId).ToArray();
        Assert.Equal(items.Distinct(), items);
        Assert.Equal(3, answer.Shelves.Select(shelf => shelf.List.RecommendationId).Where(id => id.Length > 0).Distinct().Count());
        Assert.False(answer.Degraded);
    }

    [Fact]
    public async Task Bad_shelves_when_sent_are_refused_at_every_field()
    {
        await RpcAssert.FailsAtAsync(async () => await _clients.Lists.RecommendShelvesAsync(new RecommendShelvesRequest()), "shelves");
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Lists.RecommendShelvesAsync(new RecommendShelvesRequest { Shelves = { Enumerable.Repeat(new ShelfRequest { Kind = ShelfKind.New }, 31) } }), "shelves");
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Lists.RecommendShelvesAsync(new RecommendShelvesRequest
            {
                Namespace = "Bad",
                UserIds = { "a", "a" },
                Shelves =
                {
                    new ShelfRequest { PageSize = 101 },
                    new ShelfRequest { Kind = (ShelfKind)8, Placement = new string('p', 129) },
                    new ShelfRequest { Kind = ShelfKind.New, MaxAgeDays = 366, ItemId = "x" },
                    new ShelfRequest { Kind = ShelfKind.BecauseYouPlayed, MaxAgeDays = 1, PageSize = -1, ItemId = "\u0001" },
                },
                ItemKinds = { (ItemKind)77 },
                ExcludeItemIds = { "" },
                MaturityCeiling = 22,
                Context = new RequestContext { Country = "br" },
                RequestTime = new() { Seconds = 10 },
                Filter = "price <",
            }),
            "namespace", "user_ids[1]", "shelves[0].kind", "shelves[0].page_size", "shelves[1].kind", "shelves[1].placement", "shelves[2].max_age_days", "shelves[2].item_id",
            "shelves[3].max_age_days", "shelves[3].page_size", "shelves[3].item_id", "item_kinds[0]", "exclude_item_ids[0]", "maturity_ceiling", "context.country", "request_time", "filter");
    }

    [Fact]
    public async Task Shelves_over_rest_are_the_same()
    {
        var ns = await FillAsync();
        using var body = new StringContent(
            $$"""{"namespace": "{{ns}}", "userIds": ["u"], "keepEmpty": true, "shelves": [{"kind": "SHELF_KIND_CONTINUE"}, {"kind": "SHELF_KIND_AGAIN"}]}""", Encoding.UTF8, "application/json");
        using var response = await shared.Server.Rest.PostAsync(new Uri("/v1/shelves:recommend", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var shelves = answer.RootElement.GetProperty("shelves").EnumerateArray().ToArray();
        Assert.Equal(2, shelves.Length);
        Assert.Equal("b", shelves[0].GetProperty("list").GetProperty("items")[0].GetProperty("itemId").GetString());
        Assert.Equal("shelf.again", shelves[1].GetProperty("titleKey").GetString());
    }

    /// <summary>A new namespace with films a to d, of which u is in the middle of b.</summary>
    private async Task<string> FillAsync()
    {
        var ns = Sample.Name("ns");
        var request = new BatchUpsertItemsRequest { Namespace = ns };
        foreach (var id in new[] { "a", "b", "c", "d" })
        {
            var film = Sample.Film(id);
            film.Genres.Add("drama");
            film.Duration = new() { Seconds = 60 };
            request.Items.Add(film);
        }

        await _clients.Catalog.BatchUpsertItemsAsync(request);
        var half = Sample.Play("u", "b");
        half.Position = new() { Seconds = 30 };
        await _clients.Events.WriteEventsAsync(new WriteEventsRequest { Namespace = ns, Events = { half } });
        return ns;
    }
}
