using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>Sample-ratio mismatches.</summary>
public sealed class SampleRatioCheckTests
{
    private static readonly VariantShare[] Halves = [new("control", 0.1), new("new", 0.1)];

    [Fact]
    public void Counts_when_of_a_known_mismatch_are_found_with_the_known_p_value()
    {
        // Fabijan et al. 2019's opening example: 821,588 users against 815,482 of an even split, p = 1.8e-6.
        var check = SampleRatioCheck.Of(Halves, [821_588, 815_482]);
        Assert.Equal(SampleRatioVerdict.Mismatch, check.Verdict);
        Assert.Equal(6_106.0 * 6_106.0 / 1_637_070, check.ChiSquare, 1e-9);
        Assert.InRange(check.PValue, 1.7e-6, 1.9e-6);

        // Of two variants the residual's square is the chi-square.
        Assert.Equal(Math.Sqrt(check.ChiSquare), check.Variants[0].Residual, 1e-9);
        Assert.Equal(-check.Variants[0].Residual, check.Variants[1].Residual, 1e-9);
        Assert.Equal((1, 3_053, 0.5), (check.DegreesOfFreedom, check.Variants[0].Users - check.Variants[0].ExpectedUsers, check.Variants[0].ExpectedShare));
        Assert.Contains("variant 'control' has 821,588 users, 3,053 more than its share of 50.0", check.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Variant_when_it_loses_users_is_the_one_that_is_named()
    {
        var check = SampleRatioCheck.Of([new("a", 0.25), new("b", 0.25), new("c", 0.5)], [10_000, 9_400, 20_000]);
        Assert.Equal(("b", true), (check.Worst!.Name, check.Worst.Residual < -4));
        Assert.Contains("450 fewer", check.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, 500, SampleRatioVerdict.Balanced)]
    [InlineData(500, 590, SampleRatioVerdict.Balanced)]
    [InlineData(500, 620, SampleRatioVerdict.Mismatch)]
    [InlineData(9, 0, SampleRatioVerdict.TooFew)]
    [InlineData(0, 0, SampleRatioVerdict.TooFew)]
    public void Verdict_when_asked_is_by_the_p_value_where_there_are_enough(long control, long other, SampleRatioVerdict verdict)
    {
        var check = SampleRatioCheck.Of(Halves, [control, other]);
        Assert.Equal(verdict, check.Verdict);
        Assert.Equal(verdict == SampleRatioVerdict.Mismatch, check.Worst is not null);
    }

    [Fact]
    public void P_value_when_the_split_is_right_is_as_often_small_as_it_says()
    {
        var small = 0;
        for (var run = 0; run < 2_000; run++)
        {
            var assignment = new VariantAssignment($"run-{run}", Halves);
            var counts = new long[2];
            for (var user = 0; user < 500; user++)
            {
                if (assignment.IndexOf($"{user}") is >= 0 and var variant) counts[variant]++;
            }

            if (SampleRatioCheck.Of(Halves, counts).PValue < 0.05) small++;
        }

        Assert.InRange(small / 2_000.0, 0.03, 0.07);
    }
}
