using CsCheck;
using Recsys.Inference;
using Recsys.Serving.Evaluation;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving.Evaluation;

public sealed class HoldoutTests
{
    private static readonly Gen<UserHistory[]> Histories = Gen.Select(
            Gen.UInt[1, 30], Gen.Int[1, 7], Gen.OneOf(Gen.Byte[0, 250], Gen.Const((byte)255)), Gen.Long[0, 1_000])
        .Select(parts => new Interaction(parts.Item1, (InteractionKind)parts.Item2, parts.Item3, parts.Item4))
        .Array[0, 12]
        .Array[0, 20]
        .Select(users => users.Select((all, i) => new UserHistory($"u{i:D2}", [.. all.OrderBy(interaction => interaction.TimeMs)])).ToArray());

    [Theory]
    [InlineData(60_000, false)]
    [InlineData(90_000_000, true)]
    public void Made_up_times_tell_nothing(long gap, bool tell)
    {
        Interaction[] interactions = [.. new[] { 0L, 60_000, 60_000 + gap, 120_000 + gap }.Select(at => new Interaction(1, InteractionKind.Like, 255, at))];
        Assert.Equal(tell, Holdout.LeaveOneOut([.. Enumerable.Range(0, 9).Select(i => new UserHistory($"u{i}", interactions))]).TimesTell());
    }

    [Fact]
    public void Leaving_one_out_trains_on_nothing_but_what_lies_before_the_last_target_of_each_user() => Histories.Sample(histories =>
    {
        var holdout = Holdout.LeaveOneOut(histories);
        Assert.Equal(histories.Length, holdout.Training.Count);
        for (var i = 0; i < histories.Length; i++)
        {
            var all = histories[i].Interactions;
            var user = holdout.Users.SingleOrDefault(user => user.UserId == histories[i].UserId);
            Assert.Equal(all.Count(Holdout.IsTarget) >= Holdout.MinTargets, user is not null);
            if (user is null)
            {
                Assert.Equal(all, holdout.Training[i]);
                continue;
            }

            Assert.Equal(holdout.Training[i], user.History);
            Assert.Equal(all.Take(user.History.Count), user.History);
            Assert.Equal(all[user.History.Count], user.Target);
            Assert.True(Holdout.IsTarget(user.Target));
            Assert.DoesNotContain(all.Skip(user.History.Count + 1), Holdout.IsTarget);
        }
    });

    [Fact]
    public void A_temporal_split_trains_on_nothing_from_its_moment_on() => Histories.Sample(histories =>
    {
        var holdout = Holdout.Temporal(histories, everyNext: false);
        var all = histories.SelectMany(history => history.Interactions).ToArray();
        if (all.Length == 0) return;
        var cut = holdout.CutMs!.Value;
        Assert.All(holdout.Training.SelectMany(user => user), interaction => Assert.True(interaction.TimeMs < cut));
        Assert.Equal(all.Count(interaction => interaction.TimeMs < cut), holdout.Training.Sum(user => user.Count));
        Assert.True(all.Count(interaction => interaction.TimeMs > cut) <= all.Length / 10, "more than a tenth lies after the moment");
        foreach (var user in holdout.Users)
        {
            var own = histories.Single(history => history.UserId == user.UserId).Interactions;
            var first = Enumerable.Range(0, own.Count).First(at => own[at].TimeMs >= cut && Holdout.IsTarget(own[at]));
            Assert.Equal(own[first], user.Target);
            Assert.Equal(own.Take(first), user.History);
        }

        var expected = histories.Count(history => history.Interactions.Any(interaction => interaction.TimeMs >= cut && Holdout.IsTarget(interaction)));
        Assert.Equal(expected, holdout.Users.Count + holdout.WithoutHistory);

        // Every next one: the same training part, and each target from the moment on after all that was before it.
        var every = Holdout.Temporal(histories, everyNext: true);
        Assert.Equal(holdout.Training.Select(user => user.AsEnumerable()), every.Training.Select(user => user.AsEnumerable()));
        var wanted = histories.Where(history => history.Interactions.Any(interaction => interaction.TimeMs < cut))
            .SelectMany(history => history.Interactions.Select((interaction, at) => (history.UserId, Interaction: interaction, At: at)))
            .Where(one => one.Interaction.TimeMs >= cut && Holdout.IsTarget(one.Interaction));
        Assert.Equal(wanted, every.Users.Select(user => (user.UserId, Interaction: user.Target, At: user.History.Count)));
        Assert.All(every.Users, user => Assert.Equal(histories.Single(history => history.UserId == user.UserId).Interactions.Take(user.History.Count), user.History));
    });

    [Fact]
    public void A_sample_is_drawn_by_the_seed_and_changes_nothing_that_is_trained_on()
    {
        UserHistory[] histories = [.. Enumerable.Range(0, 100).Select(user => new UserHistory(
            $"u{user:D3}", [.. Enumerable.Range(0, 5).Select(i => new Interaction((uint)i + 1, InteractionKind.Like, Strength.Unknown, i))]))];
        var whole = Holdout.LeaveOneOut(histories);
        var (first, again, other) = (whole.Sampled(10, 1), whole.Sampled(10, 1), whole.Sampled(10, 2));
        Assert.Equal(10, first.Users.Count);
        Assert.Equal(first.Users, again.Users);
        Assert.NotEqual(first.Users, other.Users);
        Assert.Same(whole.Training, first.Training);
        Assert.Equal(100, whole.Sampled(0, 1).Users.Count);
        Assert.Equal(first.Users.Select(user => user.UserId).Order(), first.Users.Select(user => user.UserId));
    }

    [Fact]
    public void Given_users_are_asked_for_each_target_after_something_and_everybody_else_is_trained_on() => Histories.Sample(histories =>
    {
        var (half, others) = (histories[..(histories.Length / 2)], histories[(histories.Length / 2)..]);
        var holdout = Holdout.Given(half, others, everyNext: true);
        Assert.Equal(half.Select(history => history.Interactions), holdout.Training);
        foreach (var other in others)
        {
            var moments = holdout.Users.Where(user => user.UserId == other.UserId).ToArray();
            Assert.Equal(other.Interactions.Skip(1).Where(Holdout.IsTarget), moments.Select(moment => moment.Target));
            Assert.All(moments, moment => Assert.Equal(other.Interactions.Take(moment.History.Count), moment.History));
            Assert.All(moments, moment => Assert.Equal(other.Interactions[moment.History.Count], moment.Target));
        }

        Assert.Equal(others.Length, holdout.UserCount + holdout.WithoutHistory);
        var last = Holdout.Given(half, others, everyNext: false);
        Assert.Equal(holdout.Users.GroupBy(user => user.UserId).Select(moments => moments.Last().Target), last.Users.Select(user => user.Target));
    });

    [Fact]
    public void A_sample_of_users_with_several_moments_keeps_all_of_theirs_and_a_list_keeps_its_own()
    {
        UserHistory[] others = [.. Enumerable.Range(0, 50).Select(user => new UserHistory(
            $"u{user:D3}", [.. Enumerable.Range(0, 4).Select(i => new Interaction((uint)i + 1, InteractionKind.Like, Strength.Unknown, i))]))];
        var whole = Holdout.Given([], others, everyNext: true);
        var sampled = whole.Sampled(10, 1);
        Assert.Equal((10, 30), (sampled.UserCount, sampled.Users.Count));
        var listed = whole.Only(["u007", "nobody", "u003"]);
        Assert.Equal(["u003", "u007"], listed.Users.Select(user => user.UserId).Distinct());
        Assert.Equal(6, listed.Users.Count);
    }
}
