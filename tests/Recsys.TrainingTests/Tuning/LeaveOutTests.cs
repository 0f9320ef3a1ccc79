using Recsys.Inference.Evaluation;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Tuning;

public sealed class LeaveOutTests
{
    [Theory]
    // t is a target, . isn't; the rest of the text is what is left.
    [InlineData("ttt", 1, "tt")]
    [InlineData("tt", 1, "tt")]
    [InlineData("t.t.t..", 1, "t.t.")]
    [InlineData("ttttt", 2, "ttt")]
    [InlineData("tttt", 3, "tt")]
    [InlineData("t.t.t.t", 2, "t.t.")]
    [InlineData("ttttt", 0, "ttttt")]
    [InlineData("...", 1, "...")]
    public void A_users_last_targets_when_left_out_take_what_is_behind_them_along(string interactions, int leaveOut, string left) =>
        Assert.Equal(left, interactions[..LastTargets.Cut(interactions.Length, at => interactions[at] == 't', leaveOut)]);

    [Fact]
    public void A_log_when_test_targets_are_left_out_then_it_is_the_log_that_never_had_them()
    {
        var whole = SampleLogs.Mixed(users: 40, items: 60, maxLength: 12, seed: 5);
        var never = new InteractionLogBuilder();
        for (var user = 0; user < whole.UserCount; user++)
        {
            var targets = Enumerable.Range(whole.UserStarts[user], whole.UserStarts[user + 1] - whole.UserStarts[user]).Where(whole.IsTarget).ToArray();
            var end = targets.Length >= 3 ? targets[^1] : whole.UserStarts[user + 1];
            for (var i = whole.UserStarts[user]; i < end; i++)
                never.Add(user, whole.ItemNumbers[whole.Items[i]], whole.Kinds[i], whole.Strengths[i], whole.TimesMs[i]);
        }

        var (left, expected) = (LeaveOut.Apply(whole, 1), never.Build());
        Assert.True(left.InteractionCount < whole.InteractionCount, "nothing was left out");
        Assert.Equal(expected.Fingerprint(expected.UserStarts[1..]), left.Fingerprint(left.UserStarts[1..]));
        Assert.NotEqual(whole.Fingerprint([]), left.Fingerprint([]));
        Assert.Same(whole, LeaveOut.Apply(whole, 0));
    }
}
