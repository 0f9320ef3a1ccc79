using Recsys.Serving.Events;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving.Rules;

/// <summary>How far back a frequency cap looks for what a user was shown.</summary>
public sealed class FrequencyCapTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 12).Select(i => $"i{i:d2}")];

    [Theory]
    [InlineData(0, 86_400_000L)]
    [InlineData(3, 0L)]
    [InlineData(3, 86_400_000L)]
    public async Task Cap_when_other_placements_showed_thousands_since_still_holds_up_to_its_bound(int lists, long periodMs)
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Items.Select(id => new Recsys.Serving.Catalogue.CatalogueItem { ItemId = id })]);
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = "p", FrequencyCap = new(2, lists, periodMs) }, "", "", validateOnly: false, CancellationToken.None);
        await ShowAsync(rig, 2, "p", "i00");
        Assert.False(await ComesAsync(rig));
        await ShowAsync(rig, 2_500, "q", "i01");
        Assert.False(await ComesAsync(rig));

        // What is late: it was shown before the period, and arrives after all of these.
        await ShowAsync(rig, 2_000, "p", "i02", agoMs: 2 * 86_400_000L);
        Assert.Equal(lists > 0, await ComesAsync(rig));
        if (lists > 0) return;
        await ShowAsync(rig, ShownItems.MaxImpressions - 4_502, "q", "i01");
        Assert.False(await ComesAsync(rig));
        await ShowAsync(rig, 1, "q", "i01");
        Assert.True(await ComesAsync(rig));
    }

    private static async Task ShowAsync(EngineRig rig, int count, string placement, string item, long agoMs = 0)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1_000))
        {
            await rig.WriteAsync([.. chunk.Select(number =>
                rig.Event("u", WatchEventType.Impression, item, rig.NowMs - agoMs) with { RecommendationId = $"{placement}{agoMs}-{number % 1_000}", Placement = placement })]);
        }
    }

    private static async Task<bool> ComesAsync(EngineRig rig) =>
        (await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], Placement = "p" })).Items.Any(item => item.ItemId == "i00");
}
