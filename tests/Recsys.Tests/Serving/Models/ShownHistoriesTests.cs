using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Inference;
using Recsys.Serving.Events;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving.Models;

/// <summary>What training sets say of what users were shown.</summary>
public sealed class ShownHistoriesTests
{
    [Fact]
    public async Task What_was_shown_up_to_the_newest_interaction_comes_in_lists_oldest_first()
    {
        await using var rig = await EngineRig.OpenAsync();
        var start = rig.NowMs - 1_000_000;
        await rig.WriteAsync(
            Shown("b", 2, "second", 0, 50), Shown("a", 1, "first", 3, 10), Shown("c", 3, "second", 1, 50), Shown("late", 4, "third", 0, 90), Shown("nowhere", 5, "", 0, 20),
            rig.Like("u", "a", start + 60, "like"));

        var histories = new ShownHistories(rig.Sqlite, NullLogger.Instance);
        var shown = await histories.ReadAsync(new(EngineRig.Ns, "u"), [new Interaction(1, InteractionKind.Like, Strength.Unknown, start + 60)], CancellationToken.None);
        var (a, b, c) = (await rig.NumberAsync("a"), await rig.NumberAsync("b"), await rig.NumberAsync("c"));
        Assert.Equal([(a, 3, start + 10), (b, 0, start + 50), (c, 1, start + 50)], shown.Select(one => (one.Item, one.Position, one.TimeMs)));
        Assert.Equal(shown[1].List, shown[2].List);
        Assert.NotEqual(shown[0].List, shown[1].List);

        // A day before the sixth target from the end, and no further back.
        const long day = 86_400_000;
        var many = Enumerable.Range(0, 9).Select(i => new Interaction(1, InteractionKind.Like, Strength.Unknown, start + day + (10 * i))).ToArray();
        Assert.Equal([b, c, await rig.NumberAsync("late")], (await histories.ReadAsync(new(EngineRig.Ns, "u"), many, CancellationToken.None)).Select(one => one.Item));

        WatchEvent Shown(string item, int id, string list, int position, long at) =>
            rig.Event("u", WatchEventType.Impression, item, start + at, $"shown-{id}") with { RecommendationId = list, ListPosition = position };
    }
}
