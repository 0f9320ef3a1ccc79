using Recsys.Inference;
using Recsys.Training;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Windows;

public sealed class DataShapeTests
{
    [Fact]
    public void Repeats_are_targets_on_items_that_the_user_has_met()
    {
        var builder = new InteractionLogBuilder();
        builder.Add(3, 70, InteractionKind.Play, 250, 5);
        builder.Add(3, 80, InteractionKind.Skip, Strength.Unknown, 6);
        builder.Add(3, 80, InteractionKind.Play, 250, 7);
        builder.Add(3, 70, InteractionKind.Play, 10, 8);
        builder.Add(9, 70, InteractionKind.Like, Strength.Unknown, 4);

        var log = builder.Build();

        Assert.Equal(new DataShape(Users: 2, Items: 2, Interactions: 5, Targets: 1, RepeatShare: 1), DataShape.Of(log));
        Assert.Equal([70u, 80u], log.ItemNumbers);
        Assert.Equal([0, 4, 5], log.UserStarts);
        Assert.Equal([2, 1], log.CountTargets());
        Assert.Equal((4, 8), (log.TimesMs.Min(), log.TimesMs.Max()));
    }

    [Fact]
    public void Users_with_one_interaction_each_are_too_little_however_many_they_are()
    {
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < 500; user++) builder.Add(user, (uint)(user % 20), InteractionKind.Play, 250, user);

        var error = Assert.Throws<TrainingException>(() => DataRequirements.Check(DataShape.Of(builder.Build())));
        Assert.Contains("0 interactions that a model could learn to predict", error.Message);
        Assert.Contains("after others of the same user", error.Message);
    }

    [Fact]
    public void Rows_that_are_not_sorted_by_user_are_refused()
    {
        var builder = new InteractionLogBuilder();
        builder.Add(3, 70, InteractionKind.Play, 250, 5);

        var error = Assert.Throws<TrainingException>(() => builder.Add(2, 70, InteractionKind.Play, 250, 5));
        Assert.Equal("the training set is not sorted by user: user 2 comes after user 3", error.Message);
    }

    [Theory]
    [InlineData(5, 4, 99, "99 interactions that a model could learn", "needed are 100")]
    [InlineData(1, 4, 100, "1 user, needed are 2", "")]
    [InlineData(5, 1, 100, "1 item, needed are 2", "")]
    [InlineData(0, 0, 0, "0 interactions", "0 users, needed are 2")]
    public void Too_little_data_is_refused_with_what_there_is_and_what_is_needed(int users, int items, int targets, string first, string second)
    {
        var error = Assert.Throws<TrainingException>(() => DataRequirements.Check(new DataShape(users, items, targets, targets, 0)));

        Assert.Contains(first, error.Message);
        Assert.Contains(second, error.Message);
        Assert.Equal(ExitCodes.BadInput, error.ExitCode);
    }

    [Fact]
    public void Just_enough_data_is_accepted() => DataRequirements.Check(new DataShape(2, 2, 100, 100, 0));
}
