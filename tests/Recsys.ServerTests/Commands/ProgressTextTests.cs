using Google.Protobuf.WellKnownTypes;
using Recsys.Server.Commands;
using Recsys.V1;

namespace Recsys.ServerTests.Commands;

public sealed class ProgressTextTests
{
    private static readonly TrainProgress Epoch = new()
    {
        Phase = "session",
        Epoch = 3,
        EpochCount = 12,
        Loss = 4.5,
        EventsPerSecond = 120_000,
        RemainingTime = Duration.FromTimeSpan(TimeSpan.FromSeconds(95)),
        ValidationMetrics = { new RankingMetrics { K = 10, Ndcg = 0.125 } },
    };

    [Theory]
    [InlineData(200, "Training: session, epoch 3/12, 95 s to go, valid NDCG@10 0.1250, loss 4.500, 120,000 events/s")]
    [InlineData(46, "Training: session, epoch 3/12, 95 s to go")]
    [InlineData(56, "Training: session, epoch 3/12, 95 s to go, loss 4.500")]
    [InlineData(18, "Training: session")]
    [InlineData(13, "Training: se…")]
    [InlineData(10, "Training")]
    [InlineData(-5, "Training")]
    public void Line_has_the_whole_parts_that_there_is_room_for(int width, string line) => Assert.Equal(line, ProgressText.Of("Training", Epoch, width));

    [Fact]
    public void Message_that_repeats_its_phase_says_it_once() =>
        Assert.Equal("Training: write, the model", ProgressText.Of("Training", new() { Phase = "write", Message = "write: the model" }, 80));
}
