using Recsys.Inference;
using Recsys.Training;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Windows;

public sealed class TieShuffleTests
{
    [Fact]
    public void Only_interactions_of_the_same_user_and_time_change_places()
    {
        var log = Log();
        int[] ends = [.. log.UserStarts.Skip(1)];
        var orders = new HashSet<string>();
        for (var seed = 0; seed < 200; seed++)
        {
            var shuffled = TieShuffle.Shuffle(log, ends, SeededRandom.Create(seed, stream: 3));

            Assert.Equal(log.Items[..2], shuffled.Items[..2]);
            Assert.Equal([2, 3, 4], shuffled.Items[2..5].Order());
            Assert.Equal(log.Items[5..], shuffled.Items[5..]);
            // Kind and strength go where their item goes.
            for (var i = 0; i < log.InteractionCount; i++)
                Assert.Equal((shuffled.Items[i] % 2 == 0 ? InteractionKind.Play : InteractionKind.Like, (byte)(shuffled.Items[i] * 10)), (shuffled.Kinds[i], shuffled.Strengths[i]));
            orders.Add(string.Join(' ', shuffled.Items[2..5]));
        }

        Assert.Equal(6, orders.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], log.Items);
    }

    [Fact]
    public void What_is_held_out_stays_where_it_is()
    {
        var log = Log();
        for (var seed = 0; seed < 50; seed++)
            Assert.Equal(4, TieShuffle.Shuffle(log, [4, 7], SeededRandom.Create(seed, stream: 3)).Items[4]);
    }

    [Fact]
    public void A_log_without_ties_is_not_copied()
    {
        var log = SampleLogs.Chains(users: 5, items: 9, length: 8, seed: 1);
        Assert.Same(log, TieShuffle.Shuffle(log, log.UserStarts.AsSpan(1), SeededRandom.Create(1, stream: 3)));
    }

    private static InteractionLog Log()
    {
        var builder = new InteractionLogBuilder();
        long[] times = [1, 2, 3, 3, 3, 3, 4];
        for (var i = 0; i < times.Length; i++)
            builder.Add(i < 5 ? 0 : 1, (uint)i, i % 2 == 0 ? InteractionKind.Play : InteractionKind.Like, (byte)(i * 10), times[i]);
        return builder.Build();
    }
}
