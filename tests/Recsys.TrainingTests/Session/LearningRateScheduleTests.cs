using Recsys.Training.Session;

namespace Recsys.TrainingTests.Session;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.02, 0.5)]
    [InlineData(0.04, 1)]
    [InlineData(0.52, 0.5)]
    [InlineData(1, 0)]
    public void Rises_to_one_and_falls_to_zero(double done, double factor) =>
        Assert.Equal(factor, LearningRateSchedule.Factor(done, warmUpShare: 0.04), 1e-9);
}
