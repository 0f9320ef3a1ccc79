namespace Recsys.TrainingTests.Session;

public sealed class StrengthsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_network_is_not_told_changes_nothing(bool told)
    {
        var log = SampleLogs.Mixed(users: 60, items: 30, maxLength: 30, seed: 4);
        // Both are targets, of different buckets.
        var less = log with { Strengths = [.. log.Strengths.Select((strength, i) => log.IsTarget(i) ? (byte)200 : strength)] };
        var more = log with { Strengths = [.. log.Strengths.Select((strength, i) => log.IsTarget(i) ? (byte)255 : strength)] };
        Assert.Equal(less.CountTargets(), more.CountTargets());
        var settings = SampleSettings.Tiny with { Strengths = told };

        var (first, second) = (Training.Run(less, settings).Weights, Training.Run(more, settings).Weights);

        Assert.Equal(!told, first.Values.AsSpan().SequenceEqual(second.Values));
        Assert.Equal(!told, first["strength_embedding"].IndexOfAnyExcept(0f) < 0);
    }
}
