using Recsys.Inference;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

/// <summary>Nothing of what is held out reaches the training.</summary>
public sealed class LeakTests
{
    [Fact]
    public void Weights_do_not_depend_on_what_is_held_out()
    {
        // The same users, but for what they do last.
        var one = WithLastItem(user => user % 10);
        var other = WithLastItem(user => (user * 3 + 7) % 10);
        Assert.NotEqual(one.Items, other.Items);
        // Each validates differently, so the last epoch's weights are compared, not the best.
        var settings = SampleSettings.Tiny with { Epochs = 2, ValidateEvery = 2 };

        Assert.Equal(Training.Run(one, settings).Weights.Values, Training.Run(other, settings).Weights.Values);
        // The masks of a user's own items come from the data as well.
        var masked = settings with { MaskOwnItems = true };
        Assert.Equal(Training.Run(one, masked).Weights.Values, Training.Run(other, masked).Weights.Values);
    }

    [Fact]
    public void Held_out_interactions_are_in_no_batch()
    {
        var log = SampleLogs.Mixed(users: 80, items: 30, maxLength: 40, seed: 8);
        var split = ValidationSplit.Create(log, seed: 3);
        Assert.NotEmpty(split.Users);
        foreach (var window in Window.Cut(log, split, length: 7, new Random(1)))
            Assert.True(window.Start + window.Length < split.TrainingEnds[window.User], "a window reaches into what is held out");
        foreach (var user in split.Users)
        {
            var target = split.TrainingEnds[user];
            Assert.True(log.IsTarget(target));
            Assert.InRange(target, log.UserStarts[user] + 1, log.UserStarts[user + 1] - 1);
            for (var i = target + 1; i < log.UserStarts[user + 1]; i++)
                Assert.False(log.IsTarget(i), "a later target was there to hold out");
        }
    }

    private static InteractionLog WithLastItem(Func<int, int> last)
    {
        var random = new Random(11);
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < 40; user++)
        {
            for (var i = 0; i < 12; i++)
                builder.Add(user, (uint)random.Next(10), InteractionKind.Play, 250, i);
            builder.Add(user, (uint)last(user), InteractionKind.Play, 250, 12);
            // What follows the last target is held out with it, although it is no target.
            builder.Add(user, (uint)last(user), InteractionKind.Skip, Strength.Unknown, 13);
        }
        return builder.Build();
    }
}
