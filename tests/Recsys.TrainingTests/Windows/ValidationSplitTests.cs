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

    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 500)]
    public void The_newest_targets_are_held_out_and_nothing_that_is_learned_is_newer(bool learnedInTheEnd, int newest)
    {
        var log = Spread(users: 500, length: 20);
        var split = ValidationSplit.Create(log, seed: 1, learnedInTheEnd: learnedInTheEnd, newest: true);

        // One interaction in a hundred, or in twenty where all is learned again. All times differ.
        Assert.Equal(newest, split.Newest.Length);
        var oldest = split.Newest.Min(target => log.TimesMs[target.At]);
        for (var user = 0; user < log.UserCount; user++)
        {
            Assert.All(Enumerable.Range(log.UserStarts[user], split.TrainingEnds[user] - log.UserStarts[user]), at => Assert.True(log.TimesMs[at] < oldest || at == log.UserStarts[user]));
            Assert.Equal(
                Enumerable.Range(log.UserStarts[user] + 1, log.UserStarts[user + 1] - log.UserStarts[user] - 1).Where(at => log.TimesMs[at] >= oldest),
                split.Newest.Where(target => target.User == user).Select(target => target.At));
        }

        // Those who are drawn are held out beside, by one target each, or from where the newest begin.
        Assert.Equal(ValidationSplit.Create(log, seed: 1, learnedInTheEnd: learnedInTheEnd).Users, split.Users);
        Assert.All(split.Users, user => Assert.True(split.TrainingEnds[user] == log.UserStarts[user + 1] - 1 || split.Newest.Contains(new(user, split.TrainingEnds[user]))));
    }

    [Fact]
    public void Too_few_newest_targets_are_not_held_out_nor_any_that_are_known()
    {
        var log = Spread(users: 500, length: 20);
        var newest = log.TimesMs.Max();
        Assert.NotEmpty(ValidationSplit.Create(log, seed: 1, newerThanMs: newest - 500, newest: true).Newest);
        Assert.All(ValidationSplit.Create(log, seed: 1, newerThanMs: newest - 500, newest: true).Newest, target => Assert.True(log.TimesMs[target.At] > newest - 500));
        Assert.Empty(ValidationSplit.Create(log, seed: 1, newerThanMs: newest - 50, newest: true).Newest);
        Assert.Empty(ValidationSplit.Create(Spread(users: 300, length: 20), seed: 1, newest: true).Newest);
        Assert.Empty(ValidationSplit.Create(log, seed: 1, maxUsers: 0, newest: true).Newest);
        Assert.Empty(ValidationSplit.Create(log, seed: 1).Newest);

        // One user alone can't tell.
        var builder = new InteractionLogBuilder();
        for (var i = 0; i < 20_000; i++)
            builder.Add(i < 19_000 ? i / 100 : 190, (uint)(1 + (i % 50)), InteractionKind.Play, 250, i);
        Assert.Empty(ValidationSplit.Create(builder.Build(), seed: 1, newest: true).Newest);
    }

    /// <summary>Users play at times of their own that are all different, each user's a while after the one's before.</summary>
    private static InteractionLog Spread(int users, int length)
    {
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < users; user++)
        {
            for (var i = 0; i < length; i++)
                builder.Add(user, (uint)(1 + ((user + i) % 30)), InteractionKind.Play, 250, (i * users) + user);
        }
        return builder.Build();
    }
}
