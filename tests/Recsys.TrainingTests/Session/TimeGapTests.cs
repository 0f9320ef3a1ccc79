using Recsys.Inference;
using Recsys.Training.Backpropagation;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

/// <summary>Times are learned where they tell something, and never those of the future.</summary>
public sealed class TimeGapTests
{
    // Who comes back after a day plays item 0 next; who goes on plays the next one.
    private static InteractionLog Log()
    {
        var random = new Random(3);
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < 150; user++)
        {
            long time = 0;
            var item = random.Next(20);
            for (var i = 0; i < 15; i++)
            {
                builder.Add(user, (uint)(100 + item), InteractionKind.Play, 250, time);
                var back = random.Next(3) == 0;
                time += back ? 86_400_000 : 30_000;
                item = back ? 0 : 1 + ((item + 1) % 19);
            }
        }
        return builder.Build();
    }

    private static TrainingSettings Settings(bool timeGaps) => SampleSettings.Tiny with
    {
        Network = SampleSettings.Sizes(24, 24, 1) with { TimeGaps = timeGaps },
        Epochs = 12,
        LearningRate = 1e-2,
        RequestGapDropout = 0.3,
    };

    [Fact]
    public void The_time_of_the_request_when_it_tells_what_comes_then_it_is_used_where_known()
    {
        var trained = Training.Run(Log(), Settings(timeGaps: true));
        var without = Training.Run(Log(), Settings(timeGaps: false));

        var (timed, untimed) = (trained.TimedMetrics![1].Mrr, trained.Metrics[1].Mrr);
        Assert.True(timed > 0.95, $"MRR {timed} where the time is known");
        Assert.True(untimed < 0.9, $"MRR {untimed} where it isn't: a third comes back");
        Assert.True(without.TimedMetrics is null && Math.Abs(without.Metrics[1].Mrr - untimed) < 0.1, $"{without.Metrics[1].Mrr} without gaps, {untimed} with");
    }

    [Fact]
    public void Times_of_what_is_to_be_predicted_when_unknown_then_they_change_nothing()
    {
        var log = Log();
        var settings = Settings(timeGaps: true);
        var split = ValidationSplit.Create(log, settings.Seed);
        var later = log with { TimesMs = [.. log.TimesMs] };
        foreach (var user in split.Users)
            later.TimesMs[split.TrainingEnds[user]] += 1_000_000_000;

        var (first, second) = (Training.Run(log, settings), Training.Run(later, settings));
        Assert.Equal(first.Weights.Values, second.Weights.Values);
        Assert.Equal(first.Metrics, second.Metrics);
        Assert.NotEqual(first.TimedMetrics, second.TimedMetrics);
    }

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(999, 1)]
    [InlineData(1_000, 2)]
    [InlineData(1_999, 2)]
    [InlineData(2_000, 3)]
    [InlineData(86_400_000, 18)]
    [InlineData(long.MaxValue, 29)]
    public void Gaps_fall_into_buckets_that_double(long milliseconds, int bucket) => Assert.Equal(bucket, TimeGap.Bucket(milliseconds));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.5, 0.4, 0.6)]
    [InlineData(1, 1, 1)]
    public void The_time_of_the_request_when_training_then_it_is_hidden_as_often_as_wanted(double chance, double least, double most)
    {
        var (log, settings) = (Log(), Settings(timeGaps: true) with { RequestGapDropout = chance });
        var batch = PackedBatch.ToLearn(log, Window.Cut(log, ValidationSplit.Nothing(log), length: 15, new Random(1)));
        var gaps = DropoutMasks.Draw(settings, batch, new Random(2)).RequestGaps;
        Assert.DoesNotContain(TimeGap.Unknown, batch.RequestGaps);
        Assert.InRange(gaps.Count(gap => gap == TimeGap.Unknown) / (double)gaps.Length, least, most);
        Assert.All(gaps.Zip(batch.RequestGaps), pair => Assert.True(pair.First == TimeGap.Unknown || pair.First == pair.Second));
        Assert.Equal(batch.RequestGaps, DropoutMasks.Draw(settings, batch, null).RequestGaps);
    }

    [Fact]
    public void Made_up_times_when_looked_at_then_they_tell_nothing()
    {
        Assert.True(DataShape.Of(Log()).TimesTell);
        Assert.False(DataShape.Of(SampleLogs.Cycle(users: 20, items: 5, length: 9)).TimesTell);
    }
}
