using Recsys.Inference.Ranker;

namespace Recsys.Tests.Inference;

public sealed class WatchedNextTests
{
    private const double HalfLifeMs = 1_000;

    [Fact]
    public void Counts_are_those_of_a_slow_reference_also_of_events_that_come_late()
    {
        var random = new Random(3);
        var counts = new WatchedNext(HalfLifeMs);
        var added = new List<(uint From, uint To, double Weight, long TimeMs)>();
        for (var i = 0; i < 2_000; i++)
        {
            uint[] before = [.. Enumerable.Range(0, random.Next(12)).Select(_ => (uint)random.Next(40))];
            var (item, time) = ((uint)random.Next(40), (i * 5L) + random.Next(-300, 300));
            counts.Add(before, item, time);
            foreach (var (from, weight) in Newest(before))
            {
                if (from != item) added.Add((from, item, weight, time));
            }
        }

        const long now = 10_500;
        uint[] history = [5, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        var expected = new double[40];
        foreach (var (from, weight) in Newest(history))
        {
            foreach (var one in added.Where(one => one.From == from)) expected[one.To] += weight * one.Weight * Math.Pow(0.5, (now - one.TimeMs) / HalfLifeMs);
        }

        var scores = new Dictionary<uint, float>();
        counts.AddScores(history, now, scores);
        for (uint item = 0; item < 40; item++) Assert.Equal(expected[item], scores.GetValueOrDefault(item), 1e-4 * (1 + expected[item]));
        counts.AddScores(history, now, scores, factor: 2);
        for (uint item = 0; item < 40; item++) Assert.Equal(3 * expected[item], scores.GetValueOrDefault(item), 3e-4 * (1 + expected[item]));
    }

    [Fact]
    public void An_item_keeps_its_greatest_counts()
    {
        var counts = new WatchedNext(HalfLifeMs);
        for (uint follower = 1; follower <= WatchedNext.MostFollowers; follower++)
        {
            for (var i = 0; i < 2; i++) counts.Add([0], follower, 0);
        }

        // One that is seen once has to give way to those that were seen twice; when these have faded it takes a place.
        counts.Add([0], 1_000, 0);
        Assert.DoesNotContain(1_000u, Of(counts, 0).Keys);
        counts.Add([0], 2_000, 5_000);
        var kept = Of(counts, 5_000);
        Assert.Equal(1, kept[2_000]);
        Assert.Equal(WatchedNext.MostFollowers, kept.Count);
    }

    [Fact]
    public void A_moment_long_before_what_was_counted_is_that_of_the_newest()
    {
        var counts = new WatchedNext(HalfLifeMs);
        counts.Add([0], 1, 1_000_000);
        counts.Add([0], 1, 1_001_000);
        Assert.Equal(1.5f, Of(counts, 0)[1], 1e-5f);
        Assert.Equal(1.5f, Of(counts, long.MinValue / 2)[1], 1e-5f);
    }

    [Fact]
    public void What_nobody_went_on_to_adds_nothing()
    {
        var counts = new WatchedNext(HalfLifeMs);
        counts.Add([], 1, 0);
        counts.Add([2, 2], 2, 0);
        Assert.Empty(Of(counts, 0));
        Assert.Equal(0, WatchedNext.Feature(0));
    }

    [Fact]
    public void What_has_faded_is_forgotten_and_its_room_given_back()
    {
        var counts = new WatchedNext(HalfLifeMs);
        for (uint item = 1; item < 100_000; item++) counts.Add([item - 1], item, item * 10);

        // Of each item four counts and sixteen places of its own; a thousandth is left after ten half-lives, a thousand items. No room is asked for before 64,000 places are taken.
        Assert.InRange(counts.Places, 900 * 20, 64_000);
        var kept = new Dictionary<uint, float>();
        counts.AddScores([99_998, 99_900], 999_990, kept);
        Assert.Equal([99_901u, 99_999u], kept.Keys.Order());

        // One whose followers have faded to few takes as little as others.
        var few = new WatchedNext(HalfLifeMs, mostPlaces: 150);
        for (uint follower = 1; follower <= 128; follower++) few.Add([0], follower, 0);
        Assert.Equal(16 + 128, few.Places);
        few.Add([0], 1, 20_000);
        few.Add([1], 2, 20_000);
        Assert.Equal(2 * (16 + 4), few.Places);
        Assert.Equal([1u], Of(few, 20_000).Keys);

        // After very long all is forgotten, wherever it was.
        few.Add([1], 2, 100_000);
        Assert.Equal(16 + 4, few.Places);
    }

    [Fact]
    public void Where_there_are_too_many_the_greatest_counts_are_kept()
    {
        var random = new Random(8);
        var counts = new WatchedNext(HalfLifeMs, mostPlaces: 40_000);
        var most = 0;
        for (var i = 0; i < 200_000; i++)
        {
            counts.Add([(uint)random.Next(100_000)], (uint)random.Next(100_000), 0);
            if (i % 100 == 0) counts.Add([0], 100_001, 0);
            most = Math.Max(most, counts.Places);
        }

        Assert.InRange(most, 30_000, 40_000);
        Assert.Equal(2_000, Of(counts, 0)[100_001]);
    }

    /// <summary>The newest few, newest first, with what they weigh.</summary>
    private static IEnumerable<(uint Item, double Weight)> Newest(uint[] items) =>
        items.Reverse().Take(8).Select((item, place) => (item, Math.Pow(0.8, place)));

    private static Dictionary<uint, float> Of(WatchedNext counts, long nowMs)
    {
        var scores = new Dictionary<uint, float>();
        counts.AddScores([2, 0], nowMs, scores);
        return scores;
    }
}
