using System.Diagnostics;
using Recsys.Inference.Ranker;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;

namespace Recsys.Tests.Serving.Placements;

public sealed class PlacementRulesTests
{
    private static readonly PlacementRules Rules = new(static text => text.IndexOf('?') is var at and >= 0 ? (0, FormattableString.Invariant($"at character {at + 1}: no ? here")) : (1, null));

    /// <summary>What is wrong, alone, and the one field that must be named for it.</summary>
    public static TheoryData<string, Func<Placement, Placement>> Faults => new()
    {
        { "placement.sources", whole => whole with { Sources = [.. Enum.GetValues<CandidateSource>().Select(source => new PlacementSource(source, 0))] } },
        { "placement.sources", whole => whole with { Sources = [.. Enumerable.Repeat(new PlacementSource(CandidateSource.Taste, 1), 9)] } },
        { "placement.sources[1].source", whole => whole with { Sources = [new(CandidateSource.Taste, 1), new(CandidateSource.Taste, 2)] } },
        { "placement.sources[0].source", whole => whole with { Sources = [new(0, 1)] } },
        { "placement.sources[0].source", whole => whole with { Sources = [new((CandidateSource)9, 1)] } },
        { "placement.sources[0].weight", whole => whole with { Sources = [new(CandidateSource.Taste, 100.1)] } },
        { "placement.sources[0].weight", whole => whole with { Sources = [new(CandidateSource.Taste, -1)] } },
        { "placement.sources[0].weight", whole => whole with { Sources = [new(CandidateSource.Taste, double.NaN)] } },
        { "placement.filter", whole => whole with { Filter = "a = ?" } },
        { "placement.filter", whole => whole with { Filter = new string('ä', 8_193) } },
        { "placement.seen.policy", whole => whole with { Seen = new((PlacementSeenPolicy)5, 0) } },
        { "placement.seen.days", whole => whole with { Seen = new(PlacementSeenPolicy.AfterDays, 0) } },
        { "placement.seen.days", whole => whole with { Seen = new(PlacementSeenPolicy.AfterDays, 3_651) } },
        { "placement.seen.days", whole => whole with { Seen = new(PlacementSeenPolicy.Never, 1) } },
        { "placement.diversity", whole => whole with { Diversity = 1.01 } },
        { "placement.diversity", whole => whole with { Diversity = double.NaN } },
        { "placement.caps", whole => whole with { Caps = [.. Enumerable.Range(0, 21).Select(i => new PlacementCap("tags", 1, i + 1))] } },
        { "placement.caps[0].attribute", whole => whole with { Caps = [new("title", 1, 1)] } },
        { "placement.caps[0].attribute", whole => whole with { Caps = [new("attributes.", 1, 1)] } },
        { "placement.caps[0].attribute", whole => whole with { Caps = [new("attributes.a b", 1, 1)] } },
        { "placement.caps[1].attribute", whole => whole with { Caps = [new("kind", 1, 5), new("kind", 2, 5)] } },
        { "placement.caps[0].max_items", whole => whole with { Caps = [new("kind", 0, 5)] } },
        { "placement.caps[0].window", whole => whole with { Caps = [new("kind", 1, 501)] } },
        { "placement.pins", whole => whole with { Pins = [.. Enumerable.Range(0, 201).Select(i => new PlacementPin($"{i}", i, default))] } },
        { "placement.pins[0].position", whole => whole with { Pins = [new("a", -1, default)] } },
        { "placement.pins[0].position", whole => whole with { Pins = [new("a", 500, default)] } },
        { "placement.pins[0].end_time", whole => whole with { Pins = [new("a", 1, new(2, 2))] } },
        { "placement.pins[2].position", whole => whole with { Pins = [new("a", 1, new(0, 10)), new("b", 2, default), new("c", 1, new(9, null))] } },
        { "placement.pins[1].item_id", whole => whole with { Pins = [new("a", 1, default), new("a", 2, new(5, 6))] } },
        { "placement.boosts", whole => whole with { Boosts = [.. Enumerable.Range(0, 201).Select(_ => new PlacementBoost("f", [], 2, default))] } },
        { "placement.boosts[0]", whole => whole with { Boosts = [new("", [], 2, default)] } },
        { "placement.boosts[0]", whole => whole with { Boosts = [new("f", ["a"], 2, default)] } },
        { "placement.boosts[0].filter", whole => whole with { Boosts = [new("?", [], 2, default)] } },
        { "placement.boosts[0].item_ids", whole => whole with { Boosts = [new("", [.. Enumerable.Range(0, 1_001).Select(i => $"{i}")], 2, default)] } },
        { "placement.boosts[0].item_ids[1]", whole => whole with { Boosts = [new("", ["a", "a"], 2, default)] } },
        { "placement.boosts[0].factor", whole => whole with { Boosts = [new("f", [], 0, default)] } },
        { "placement.boosts[0].factor", whole => whole with { Boosts = [new("f", [], -2, default)] } },
        { "placement.boosts[0].factor", whole => whole with { Boosts = [new("f", [], double.NaN, default)] } },
        { "placement.boosts[0].factor", whole => whole with { Boosts = [new("f", [], 101, default)] } },
        { "placement.boosts[0].end_time", whole => whole with { Boosts = [new("f", [], 2, new(7, 6))] } },
        { "placement.exploration", whole => whole with { Exploration = 0.51 } },
        { "placement.exploration", whole => whole with { Exploration = 0.0009 } },
        { "placement.ranking_objective", whole => whole with { RankingObjective = (RankingObjective)9 } },
        { "placement.exploration", whole => whole with { Exploration = double.NegativeInfinity } },
        { "placement.frequency_cap", whole => whole with { FrequencyCap = new(1, 0, 0) } },
        { "placement.frequency_cap.max_impressions", whole => whole with { FrequencyCap = new(0, 1, 0) } },
        { "placement.frequency_cap.lists", whole => whole with { FrequencyCap = new(1, 1_001, 0) } },
        { "placement.frequency_cap.period", whole => whole with { FrequencyCap = new(1, 1, -1) } },
        { "placement.frequency_cap.period", whole => whole with { FrequencyCap = new(1, 0, long.MaxValue) } },
        { "placement.page_size", whole => whole with { PageSize = -1 } },
        { "placement.page_size", whole => whole with { PageSize = 501 } },
        { "placement", Large },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Placement_when_one_thing_is_wrong_then_that_field_alone_is_named(string field, Func<Placement, Placement> fault)
    {
        var violation = Assert.Single(Rules.Check(fault(PlacementSample.Full())));
        Assert.Equal(field, violation.Field);
        Assert.NotEmpty(violation.Description);
    }

    [Fact]
    public void Placement_when_nothing_is_wrong_then_nothing_is_found()
    {
        Assert.Empty(Rules.Check(PlacementSample.Full()));
        Assert.Empty(Rules.Check(Placement.Default));
        Assert.Empty(Rules.Check(Placement.Default with { Sources = [.. Enum.GetValues<CandidateSource>().Skip(1).Select(source => new PlacementSource(source, 0))] }));
    }

    [Fact]
    public void Placement_when_many_things_are_wrong_then_all_are_found_at_once()
    {
        var fields = Rules.Check(new()
        {
            PlacementId = "home",
            Sources = [new(CandidateSource.Taste, double.NaN), new(CandidateSource.Taste, -1)],
            Filter = "kind ? FILM",
            Seen = new(PlacementSeenPolicy.Allow, 3),
            Diversity = 2,
            Caps = [new("x", 0, 900)],
            Pins = [new("a", 1, new(3, 1)), new("a", 500, default), new("a", 500, default)],
            Boosts = [new("?", ["a"], 0, new(2, 1))],
            Exploration = 1,
            FrequencyCap = new(0, 0, 0),
            PageSize = 501,
        });
        string[] expected =
        [
            "placement.sources[0].weight", "placement.sources[1].source", "placement.sources[1].weight", "placement.filter", "placement.seen.days", "placement.diversity",
            "placement.caps[0].attribute", "placement.caps[0].max_items", "placement.caps[0].window", "placement.pins[0].end_time", "placement.pins[1].position",
            "placement.pins[2].position", "placement.pins[2].position", "placement.pins[2].item_id", "placement.boosts[0]", "placement.boosts[0].filter",
            "placement.boosts[0].factor", "placement.boosts[0].end_time", "placement.exploration", "placement.frequency_cap.max_impressions", "placement.frequency_cap",
            "placement.page_size",
        ];
        Assert.Equal(expected, fields.Select(violation => violation.Field));
        Assert.Contains("at character 6: no ? here", fields.Select(violation => violation.Description));
    }

    [Fact]
    public void Pins_when_of_one_place_or_item_at_different_times_then_they_are_right()
    {
        var one = new PlacementPin("a", 1, new(10, 20));
        Assert.Empty(Rules.Check(Placement.Default with { Pins = [one, new("b", 1, new(20, 30)), new("a", 2, new(null, 10)), new("c", 1, new(30, null))] }));
        Assert.Equal(2, Rules.Check(Placement.Default with { Pins = [one, new("a", 1, default)] }).Count);
    }

    [Fact]
    public void Placement_when_it_is_hostile_then_it_is_answered_in_bounded_time()
    {
        var watch = Stopwatch.StartNew();
        var pins = Enumerable.Repeat(new PlacementPin("a", -1, new(2, 1)), 200).ToArray();
        var boosts = Enumerable.Repeat(new PlacementBoost("", [.. Enumerable.Repeat("a\ud800", 1_000)], double.NaN, new(2, 1)), 200).ToArray();
        Assert.Equal(PlacementFindings.MaxReported, Rules.Check(Placement.Default with { Pins = pins, Boosts = boosts }).Count);
        Assert.Equal("placement.pins", Rules.Check(Placement.Default with { Pins = [.. Enumerable.Repeat(pins[0], 5_000)] }).Single().Field);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void Weight_when_a_source_is_not_named_then_it_is_one()
    {
        var placement = PlacementSample.Full();
        Assert.Equal((2, 0, 1), (placement.WeightOf(CandidateSource.Taste), placement.WeightOf(CandidateSource.Fresh), placement.WeightOf(CandidateSource.Session)));
    }

    [Fact]
    public void Period_when_asked_holds_from_its_start_up_to_its_end()
    {
        var period = new PlacementPeriod(10, 20);
        Assert.Equal([false, true, true, false], ((long[])[9, 10, 19, 20]).Select(period.Holds));
        Assert.True(default(PlacementPeriod).Holds(long.MinValue) && default(PlacementPeriod).Holds(long.MaxValue));
        Assert.False(period.Overlaps(new(20, null)));
        Assert.False(new PlacementPeriod(20, null).Overlaps(period));
        Assert.True(period.Overlaps(new(19, null)) && period.Overlaps(default));
        Assert.False(period.Overlaps(new(15, 15)));
    }

    [Fact]
    public void Cap_when_of_a_typed_attribute_then_it_has_its_name()
    {
        var cap = new PlacementCap("attributes.studio.name", 1, 0);
        Assert.Equal((PlacementCapKind.Typed, "studio.name"), (cap.Kind(), cap.TypedName()));
        PlacementCapKind[] kinds = [PlacementCapKind.Genres, PlacementCapKind.Tags, PlacementCapKind.Creators, PlacementCapKind.ItemKind, PlacementCapKind.Parent];
        Assert.Equal(kinds, ((string[])["genres", "tags", "creators", "kind", "parent"]).Select(name => new PlacementCap(name, 1, 0).Kind()));
    }

    private static Placement Large(Placement whole) =>
        whole with { Boosts = [.. Enumerable.Range(0, 10).Select(_ => new PlacementBoost("", [.. Enumerable.Range(0, 1_000).Select(i => $"{i:D110}")], 2, default))] };
}
