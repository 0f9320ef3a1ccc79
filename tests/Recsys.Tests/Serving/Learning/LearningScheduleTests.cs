using Recsys.Serving;
using Recsys.Serving.Learning;

namespace Recsys.Tests.Serving.Learning;

public sealed class LearningScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 5_000, 6, false)] // neither a schedule nor a number
    [InlineData(6, 5_000, 6, true)]
    [InlineData(6, 5_000, 5.9, false)]
    [InlineData(6, 99, 7, false)] // too little is new
    [InlineData(6, 100, 7, true)]
    public void Schedule_when_its_time_has_come_and_enough_is_new_is_due(int everyHours, long isNew, double hoursAgo, bool isDue)
    {
        var learning = new NamespaceLearning { Counted = 10_000 + isNew, Trained = 10_000, LastStartMs = Now.AddHours(-hoursAgo).ToUnixTimeMilliseconds() };
        Assert.Equal(isDue, new LearningSchedule(TimeSpan.FromHours(everyHours), 0).IsDue(learning, Now));
    }

    [Fact]
    public void Schedule_when_so_many_interactions_are_new_is_due_before_its_time_but_not_within_a_pause()
    {
        var schedule = new LearningSchedule(TimeSpan.FromHours(6), 50);
        var learning = new NamespaceLearning { Counted = 50, LastStartMs = Now.ToUnixTimeMilliseconds() };
        Assert.True(schedule.IsDue(learning, Now));
        Assert.False(schedule.IsDue(learning with { Counted = 49 }, Now));
        Assert.False(schedule.IsDue(learning with { NotBeforeMs = Now.ToUnixTimeMilliseconds() + 1 }, Now));
    }

    [Theory]
    [InlineData(365 * 24, true)] // by a clock that was wrong
    [InlineData(0.026, true)] // 94 s
    [InlineData(0.02, false)] // 72 s: clocks differ by that
    public void Schedule_when_the_last_training_began_ahead_of_the_clock_is_due_at_once(double hoursAhead, bool isDue)
    {
        var schedule = new LearningSchedule(TimeSpan.FromHours(6), 0);
        var learning = new NamespaceLearning { Counted = 1_000, LastStartMs = Now.AddHours(hoursAhead).ToUnixTimeMilliseconds() };
        Assert.Equal(isDue, schedule.IsDue(learning, Now));
        Assert.InRange(schedule.NextTime(learning, Now)!.Value, Now, Now.AddHours(6.03));
    }

    [Theory]
    [InlineData(365 * 24, true)]
    [InlineData(6, false)]
    public void Schedule_when_a_pause_is_longer_than_any_is_does_not_wait_for_its_end(double hours, bool isDue)
    {
        var learning = new NamespaceLearning { Counted = 1_000, Failures = 9, NotBeforeMs = Now.AddHours(hours).ToUnixTimeMilliseconds() };
        Assert.Equal(isDue, new LearningSchedule(TimeSpan.FromHours(1), 0).IsDue(learning, Now));
        Assert.Equal(isDue, new LearningSchedule(TimeSpan.Zero, 100).IsDue(learning, Now));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(9, 256)]
    [InlineData(10, 360)]
    [InlineData(1_000, 360)]
    public void Pause_when_failures_follow_each_other_doubles_up_to_six_hours(int failures, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), LearningSchedule.PauseAfter(failures));

    [Theory]
    [InlineData("", 0)]
    [InlineData("90s", 90)]
    [InlineData("30m", 1_800)]
    [InlineData("6h", 21_600)]
    [InlineData("2d", 172_800)]
    public void Period_when_read_has_its_unit(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), LearningSchedule.PeriodOf(text));

    [Fact]
    public void Engine_when_nothing_is_set_learns_nothing_by_itself() => Assert.False(LearningSchedule.Of(new EngineOptions { ModelFolder = "" }).IsOn);
}
