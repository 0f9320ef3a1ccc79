using Google.Rpc;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

/// <summary>Filters within placements are those of docs/filters.md.</summary>
public sealed class PlacementFilterTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task Filters_that_do_not_parse_when_put_are_refused_at_the_field_and_the_character()
    {
        var placement = new Placement
        {
            PlacementId = Sample.Name("placement"),
            Filter = "kind = 'film' AND genre = 'drama'",
            Boosts = { new PlacementBoost { Filter = "price < 5", Factor = 2 }, new PlacementBoost { Filter = "price < '5'", Factor = 2 } },
        };
        foreach (var validateOnly in (bool[])[false, true])
        {
            var request = new PutPlacementRequest { Placement = placement, ValidateOnly = validateOnly };
            var status = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, async () => await shared.Server.Clients.Placements.PutPlacementAsync(request));
            RpcAssert.HasFields(status, "placement.filter", "placement.boosts[1].filter");
            var descriptions = status.GetDetail<BadRequest>().FieldViolations.Select(violation => violation.Description).ToArray();
            Assert.Contains(descriptions, description => description.StartsWith("at character 19: unknown field 'genre'", StringComparison.Ordinal));
            Assert.Contains(descriptions, description => description.StartsWith("at character 9: price is a number", StringComparison.Ordinal));
        }

        (placement.Filter, placement.Boosts[1].Filter) = ("kind = 'film' AND genres = 'drama'", "price < 6");
        Assert.Equal(placement.Filter, (await shared.Server.Clients.Placements.PutPlacementAsync(new() { Placement = placement })).Placement.Filter);
    }
}
