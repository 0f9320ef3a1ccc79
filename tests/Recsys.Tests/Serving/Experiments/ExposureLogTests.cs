using Recsys.Serving.Events;
using Recsys.Serving.Experiments;
using Recsys.Serving.Rules;

namespace Recsys.Tests.Serving.Experiments;

/// <summary>What the log says was shown in a placement, and what came of it.</summary>
public sealed class ExposureLogTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Exposures_are_each_item_of_a_list_once_with_what_was_played_of_it()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(
            Shown(rig, "ann", "a", "l1", 0, 0.75), Shown(rig, "ann", "b", "l1", 1, null), Shown(rig, "ann", "b", "l1", 1, 0.25), Shown(rig, "ann", "a", "l1", 0, 0.25),
            Shown(rig, "ann", "a", "l2", 3, null), Shown(rig, "ann", "a", "", 0, 0.5), Shown(rig, "ann", "a", "l3", 0, 0.5) with { Placement = "elsewhere" },
            rig.Event("ann", WatchEventType.Play, "a", position: 50_000) with { RecommendationId = "l1" },
            rig.Event("ann", WatchEventType.Play, "a", position: 20_000) with { RecommendationId = "l1" },
            rig.Event("ann", WatchEventType.Play, "z", position: 10_000) with { RecommendationId = "l1" },
            rig.Event("ann", WatchEventType.Play, "a", position: 10_000) with { RecommendationId = "l9", Placement = "home" },
            Shown(rig, "cat", "b", "l5", 0, 1e-320),
            Shown(rig, "bob", "b", "l4", 0, 0.5), rig.Event("bob", WatchEventType.Play, "b", position: 7_000, id: "undone") with { RecommendationId = "l4" });
        await rig.Engine.UndoAsync(EngineRig.Ns, "bob", ["undone"], None);

        var (exposures, summary) = await ReadAsync(rig);
        Assert.Equal(
            [
                ("ann", "a", "l1", 0, 0.75, true, true, 70.0), ("ann", "b", "l1", 1, 0.25, false, false, 0), ("ann", "a", "l2", 3, null, false, false, 0),
                ("bob", "b", "l4", 0, 0.5, true, false, 0), ("cat", "b", "l5", 0, null, false, false, 0),
            ],
            exposures.Select(e => (e.UserId, e.ItemId, e.RecommendationId, e.Position, e.Propensity, e.ByRank, e.Played, e.PlayedSeconds)));
        Assert.Equal(new(5, 2, 1, 1), summary);
    }

    [Fact]
    public async Task Exposures_of_a_time_are_those_that_were_shown_then_whenever_they_were_played()
    {
        await using var rig = await EngineRig.OpenAsync();
        var start = rig.NowMs;
        for (var hour = 0; hour < 3; hour++)
        {
            await rig.WriteAsync(Shown(rig, "ann", "a", $"l{hour}", 0, 0.75));
            rig.Time.Advance(TimeSpan.FromHours(1));
        }

        await rig.WriteAsync(rig.Event("ann", WatchEventType.Play, "a", position: 5_000) with { RecommendationId = "l1" });
        var (exposures, summary) = await ReadAsync(rig, start + 1, start + 7_200_000);
        var exposure = Assert.Single(exposures);
        Assert.Equal(("l1", true, start + 3_600_000, 1), (exposure.RecommendationId, exposure.Played, exposure.TimeMs, summary.Exposures));
    }

    [Fact]
    public async Task Exposures_say_the_experiment_that_ran_then_and_the_variant_of_the_user()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = "home" }, "", "", validateOnly: false, None);
        await rig.WriteAsync(Shown(rig, "ann", "a", "before", 0, 1));
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var id in new[] { "first", "second" })
        {
            var experiment = new Experiment { ExperimentId = id, Placement = "home", Control = "x", Variants = [new("x", 0.5, "", []), new("y", 0.5, "", [])] };
            await rig.Engine.Experiments.PutAsync(EngineRig.Ns, experiment, "", validateOnly: false, None);
            foreach (var user in new[] { "ann", "bob", "cat", "dan" }) await rig.WriteAsync(Shown(rig, user, "a", id, 0, 1));
            rig.Time.Advance(TimeSpan.FromMinutes(1));
            await rig.Engine.Experiments.StopAsync(EngineRig.Ns, id, "", None);
        }

        var (exposures, _) = await ReadAsync(rig);
        Assert.Equal(9, exposures.Count);
        Assert.All(exposures, e => Assert.Equal(e.RecommendationId == "before" ? "" : e.RecommendationId, e.ExperimentId));
        foreach (var exposure in exposures.Where(e => e.ExperimentId.Length > 0))
            Assert.Equal(rig.Engine.Experiments.HeldOf(EngineRig.Ns, "home").Single(one => one.Experiment.ExperimentId == exposure.ExperimentId).Of(exposure.UserId)!.Name, exposure.Variant);
        Assert.Equal(["x", "y"], exposures.Select(e => e.Variant).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.5, 2)]
    [InlineData(0.5, 100)]
    [InlineData(0.3, 3)]
    [InlineData(0.001, 100)]
    public void What_stands_in_its_place_by_rank_is_told_from_what_was_drawn(float share, int count)
    {
        // As ListRules notes them: the best one, the best one where it isn't among those that are drawn from, a drawn one.
        Assert.True(ListRules.IsByRank(1 - share + (share / count)));
        Assert.True(ListRules.IsByRank(1 - share));
        if (count > 1) Assert.False(ListRules.IsByRank(share / count));
    }

    private static WatchEvent Shown(EngineRig rig, string user, string item, string list, int position, double? propensity) => rig.Event(user, WatchEventType.Impression, item) with
    {
        RecommendationId = list,
        ListPosition = position,
        Placement = "home",
        Propensity = propensity,
    };

    private static async Task<(IReadOnlyList<Exposure> Exposures, ExposureSummary Summary)> ReadAsync(EngineRig rig, long fromMs = long.MinValue, long toMs = long.MaxValue)
    {
        var batches = await rig.Engine.Exposures.ReadAsync(EngineRig.Ns, "home", fromMs, toMs, None).ToListAsync();
        Assert.All(batches.SkipLast(1), batch => Assert.Null(batch.Summary));
        return ([.. batches.SelectMany(batch => batch.Exposures)], batches[^1].Summary!);
    }
}
