using Recsys.Inference;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Windows;

public sealed class ValidationSplitTests
{
    [Fact]
    public void The_seed_draws_who_is_held_out_where_there_are_too_many()
    {
        var log = SampleLogs.Cycle(users: 50, items: 9, length: 5);
        var first = ValidationSplit.Create(log, seed: 1, maxUsers: 10);

        Assert.Equal(10, first.Users.Length);
        Assert.Equal(first.Users, ValidationSplit.Create(log, seed: 1, maxUsers: 10).Users);
        Assert.NotEqual(first.Users, ValidationSplit.Create(log, seed: 2, maxUsers: 10).Users);
        for (var user = 0; user < 50; user++)
            Assert.Equal(log.UserStarts[user + 1] - (first.Users.Contains(user) ? 1 : 0), first.TrainingEnds[user]);
    }

    [Theory]
    [InlineData(150, 150)]
    [InlineData(900, 200)]
    [InlineData(4_000, 400)]
    public void A_tenth_of_the_users_is_held_out_but_not_fewer_than_200(int users, int heldOut) =>
        Assert.Equal(heldOut, ValidationSplit.Create(SampleLogs.Cycle(users, items: 9, length: 5), seed: 1).Users.Length);

    [Theory]
    [InlineData(900, 900)]
    [InlineData(4_000, 1_000)]
    [InlineData(11_000, 1_100)]
    public void Where_all_is_learned_in_the_end_it_is_not_fewer_than_1000(int users, int heldOut) =>
        Assert.Equal(heldOut, ValidationSplit.Create(SampleLogs.Cycle(users, items: 9, length: 5), seed: 1, learnedInTheEnd: true).Users.Length);

    [Fact]
    public void Where_all_is_learned_in_the_end_the_last_five_targets_are_held_out_but_no_more_than_a_quarter()
    {
        var builder = new InteractionLogBuilder();
        for (var i = 0; i < 30; i++)
            builder.Add(0, (uint)(1 + i), i % 10 == 9 ? InteractionKind.Skip : InteractionKind.Play, 250, i);
        for (var i = 0; i < 9; i++)
            builder.Add(1, (uint)(1 + i), InteractionKind.Play, 250, i);
        var log = builder.Build();
        var split = ValidationSplit.Create(log, seed: 1, learnedInTheEnd: true);

        // Item 30 is passed over, and is no target.
        Assert.Equal([24, 30 + 7], split.TrainingEnds);
        Assert.Equal([24, 25, 26, 27, 28, 30 + 7, 30 + 8], split.TargetsOf(log, split.Users).Select(target => target.At));
        Assert.Equal([28, 30 + 8], ValidationSplit.Create(log, seed: 1).TrainingEnds);
    }

    [Fact]
    public void Users_of_two_interactions_or_without_a_later_target_are_not_held_out()
    {
        var builder = new InteractionLogBuilder();
        builder.Add(0, 1, InteractionKind.Play, 250, 0);
        builder.Add(0, 2, InteractionKind.Play, 250, 1);
        builder.Add(1, 1, InteractionKind.Play, 250, 0);
        builder.Add(1, 2, InteractionKind.Skip, Strength.Unknown, 1);
        builder.Add(1, 3, InteractionKind.Play, 3, 2);
        var log = builder.Build();

        var split = ValidationSplit.Create(log, seed: 1);

        Assert.Empty(split.Users);
        Assert.Equal([2, 5], split.TrainingEnds);
    }
}
