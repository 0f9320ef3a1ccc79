using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>Whose turn it is.</summary>
public sealed class UserPickerTests
{
    [Theory]
    [InlineData(1_000, 8)]
    [InlineData(8, 8)]
    [InlineData(1, 1)]
    public void Distinct_users_when_lanes_are_even_all_come_once_before_one_comes_again(int users, int lanes)
    {
        var picker = new UserPicker(UserChoice.Distinct, users, lanes, 1, new Random(1));
        for (var round = 0; round < 3; round++) Assert.Equal(Enumerable.Range(0, users), Enumerable.Range(0, users).Select(_ => picker.Next()).Order());
    }

    [Fact]
    public void Distinct_users_when_neighbours_never_are_the_same_one()
    {
        var picker = new UserPicker(UserChoice.Distinct, users: 13, lanes: 3, 1, new Random(1));
        var drawn = Enumerable.Range(0, 1_000).Select(_ => picker.Next()).ToArray();
        Assert.All(drawn.Zip(drawn.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(13, drawn.Distinct().Count());
    }

    [Theory]
    [InlineData(UserChoice.Distinct)]
    [InlineData(UserChoice.Zipf)]
    public void Further_users_of_a_message_when_drawn_are_of_the_same_lane(object choice)
    {
        var picker = new UserPicker((UserChoice)choice, users: 103, lanes: 10, 1, new Random(1));
        for (var i = 0; i < 2_000; i++)
        {
            var lane = i % 10;
            var user = picker.NextIn(lane);
            Assert.InRange(user, 0, 102);
            Assert.Equal(lane, picker.LaneOf(user));
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(0.0)]
    public void Zipf_when_drawn_often_gives_each_rank_its_share(double exponent)
    {
        const int count = 50, draws = 400_000;
        var table = new ZipfTable(count, exponent);
        var random = new Random(5);
        var drawn = new int[count];
        for (var i = 0; i < draws; i++) drawn[table.Next(random)]++;
        var sum = Enumerable.Range(1, count).Sum(n => Math.Pow(n, -exponent));
        for (var rank = 0; rank < count; rank++)
        {
            var share = Math.Pow(rank + 1, -exponent) / sum;
            var fiveErrors = 5 * Math.Sqrt(share * (1 - share) / draws);
            Assert.InRange(drawn[rank] / (double)draws, share - fiveErrors, share + fiveErrors);
        }
    }
}
