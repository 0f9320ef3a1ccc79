using Recsys.Inference.Ranker;

namespace Recsys.Tests.Inference;

public sealed class CountedPlayTests
{
    private const double HalfLifeMs = 1_000;
    private const double LongHalfLifeMs = SourceModels.LastingFactor * HalfLifeMs;

    [Fact]
    public void Plays_in_any_order_count_no_more_than_in_the_order_of_time_and_never_twice_a_half_life()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            long[] times = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => (long)random.Next(round % 2 == 0 ? 8_000 : 120_000))];
            var (counted, lasting) = CountedOf(times);
            var (inOrder, lastingInOrder) = CountedOf([.. times.Order()]);
            Assert.InRange(counted.Count, 1, inOrder.Count);
            Assert.InRange(lasting.Count, 1, lastingInOrder.Count);
            AssertApart(counted, HalfLifeMs);
            AssertApart(lasting, LongHalfLifeMs);
        }
    }

    [Fact]
    public void Plays_that_come_newest_first_count_as_often_as_those_that_come_oldest_first()
    {
        long[] times = [.. Enumerable.Range(0, 100).Select(i => i * 500L)];
        var (counted, lasting) = CountedOf(times);
        var (late, lateLasting) = CountedOf([.. times.Reverse()]);
        Assert.Equal((50, 2), (counted.Count, lasting.Count));
        Assert.Equal((50, 2), (late.Count, lateLasting.Count));
    }

    [Fact]
    public void What_two_users_counted_together_covers_both()
    {
        var ann = CountedPlay.None.Play(1_000, HalfLifeMs).Next;
        var bob = CountedPlay.None.Play(5_000, HalfLifeMs).Next;
        Assert.Equal(CountedPlay.None.With(ann), ann);
        Assert.Equal(ann.With(CountedPlay.None), ann);
        Assert.Equal(bob.With(ann), ann.With(bob));
        Assert.Equal((false, false), Moves(ann.With(bob), 5_500));
        Assert.Equal((false, false), Moves(ann.With(bob), 500));
        Assert.Equal((true, false), Moves(ann.With(bob), 6_000));
        Assert.Equal((true, false), Moves(ann.With(bob), 0));

        static (bool Counts, bool Lasts) Moves(CountedPlay known, long timeMs)
        {
            var (_, counts, lasts) = known.Play(timeMs, HalfLifeMs);
            return (counts, lasts);
        }
    }

    private static (List<long> Counted, List<long> Lasting) CountedOf(long[] times)
    {
        var (known, counted, lasting) = (CountedPlay.None, new List<long>(), new List<long>());
        foreach (var time in times)
        {
            (known, var counts, var lasts) = known.Play(time, HalfLifeMs);
            if (counts) counted.Add(time);
            if (lasts) lasting.Add(time);
        }

        return (counted, lasting);
    }

    private static void AssertApart(List<long> times, double halfLifeMs)
    {
        times.Sort();
        for (var i = 1; i < times.Count; i++) Assert.True(times[i] - times[i - 1] >= halfLifeMs, $"{times[i - 1]} and {times[i]} both count.");
    }
}
