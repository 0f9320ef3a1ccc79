using CsCheck;
using Recsys.Training.Backpropagation;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Windows;

public sealed class WindowTests
{
    [Fact]
    public void Every_target_of_the_training_range_is_predicted_once_from_what_precedes_it() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 12]).Sample(
            (seed, length) =>
            {
                var log = SampleLogs.Mixed(users: 10, items: 8, maxLength: 30, seed);
                var split = ValidationSplit.Create(log, seed);
                var predicted = new List<int>();
                foreach (var window in Window.Cut(log, split, length, new Random(1)))
                {
                    Assert.InRange(window.Length, 1, length);
                    var batch = PackedBatch.ToLearn(log, [window]);
                    Assert.Equal(window.Targets, batch.Positions.Length);
                    for (var t = 0; t < batch.Positions.Length; t++)
                    {
                        var place = window.Start + (int)batch.Positions[t];
                        Assert.Equal(log.Items[place], batch.Items[batch.Positions[t]]);
                        Assert.Equal(log.Items[place + 1], batch.Targets[t]);
                        predicted.Add(place + 1);
                    }
                }

                var expected = Enumerable.Range(0, log.UserCount)
                    .SelectMany(user => Enumerable.Range(log.UserStarts[user], split.TrainingEnds[user] - log.UserStarts[user]).Skip(1))
                    .Where(log.IsTarget);
                Assert.Equal(expected, predicted.Order());
            },
            iter: 100);

    [Fact]
    public void An_epoch_has_every_window_once_within_the_limits() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 9], Gen.Int[1, 60]).Sample(
            (seed, maxWindows, maxTargets) =>
            {
                var log = SampleLogs.Mixed(users: 20, items: 8, maxLength: 30, seed);
                var windows = Window.Cut(log, ValidationSplit.Create(log, seed), length: 10, new Random(1));
                var batches = BatchPlan.Create(windows, maxWindows, maxTargets, new Random(seed));

                Assert.Equal(windows.OrderBy(window => window.Start), batches.SelectMany(batch => batch).OrderBy(window => window.Start));
                Assert.All(batches, batch => Assert.InRange(batch.Length, 1, maxWindows));
                Assert.All(batches, batch => Assert.True(batch.Length == 1 || batch.Sum(window => window.Targets) <= maxTargets));
            },
            iter: 100);

    [Fact]
    public void Rows_of_a_batch_do_not_touch_each_other()
    {
        var log = SampleLogs.Mixed(users: 10, items: 8, maxLength: 30, seed: 4);
        var windows = Window.Cut(log, ValidationSplit.Create(log, seed: 4), length: 10, new Random(1));
        var batch = PackedBatch.ToRank(log, windows, timeKnown: false);
        var sorted = windows.OrderByDescending(window => window.Length).ThenBy(window => window.Start).ToList();

        Assert.Equal(windows.Sum(window => window.Length), batch.Rows);
        for (var w = 0; w < sorted.Count; w++)
        {
            Assert.Equal(batch.Starts[sorted[w].Length - 1] + w, batch.Positions[w]);
            Assert.Equal(sorted[w].User, batch.Users[w]);
            for (var k = 0; k < sorted[w].Length; k++)
            {
                Assert.Equal(w, batch.WindowOf[batch.Starts[k] + w]);
                Assert.Equal(log.Items[sorted[w].Start + k], batch.Items[batch.Starts[k] + w]);
                Assert.Equal(log.GapBefore(sorted[w].Start + k, sorted[w].Start), batch.Gaps[batch.Starts[k] + w]);
            }
        }
    }
}
