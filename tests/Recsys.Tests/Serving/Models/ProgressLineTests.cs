using Recsys.Serving.Models;

namespace Recsys.Tests.Serving.Models;

public sealed class ProgressLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Downloading...")]
    [InlineData("[1,2]")]
    [InlineData("{\"phase\":3}")]
    [InlineData("{\"message\":\"no phase\"}")]
    [InlineData("{\"phase\":\"train\"")]
    public void A_line_that_is_no_report_is_passed_over(string line) => Assert.Null(ProgressLine.Parse(line));

    [Fact]
    public void Fields_that_are_absent_null_or_odd_do_not_matter()
    {
        var progress = ProgressLine.Parse("""{"phase":"train","epoch":null,"loss":"high","validation_metrics":[1],"new_field":{},"fraction":7}""");
        Assert.Equal(("train", 0, 0.0, 1.0), (progress!.Phase, progress.Epoch, progress.Loss, progress.Fraction));
        Assert.True(double.IsNaN(progress.RemainingSeconds));
        Assert.Empty(progress.ValidationMetrics);
    }
}
