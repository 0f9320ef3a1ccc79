using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>Tail probabilities against closed forms and tables.</summary>
public sealed class DistributionsTests
{
    [Theory]
    [InlineData(1e-6)]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(10.828)]
    [InlineData(80)]
    [InlineData(700)]
    public void Chi_square_when_its_degrees_are_even_has_its_closed_form(double x)
    {
        // Q(m, x/2) is the probability of fewer than m events of a Poisson variate of mean x/2.
        for (var m = 1; m <= 60; m++)
        {
            var (term, sum) = (Math.Exp(-x / 2), 0.0);
            for (var i = 0; i < m; i++)
            {
                sum += term;
                term *= x / 2 / (i + 1);
            }

            Assert.Equal(1, Distributions.ChiSquareTail(x, 2 * m) / sum, 1e-11);
        }
    }

    [Theory]
    [InlineData(3.841458820694124, 1, 0.05)]
    [InlineData(10.827566170662733, 1, 0.001)]
    [InlineData(7.814727903251179, 3, 0.05)]
    [InlineData(124.34211340400407, 99, 0.0433, 1e-4)]
    public void Chi_square_when_in_a_table_has_its_value(double x, int degrees, double tail, double tolerance = 1e-12) =>
        Assert.Equal(tail, Distributions.ChiSquareTail(x, degrees), tolerance);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.31731050786291415)]
    [InlineData(-1.959963984540054, 0.05)]
    [InlineData(3.290526731491924, 0.001)]
    [InlineData(10, 1.523970604832094e-23)]
    [InlineData(double.PositiveInfinity, 0)]
    public void Normal_when_in_a_table_has_its_value(double deviations, double tail) =>
        Assert.True(Math.Abs(Distributions.TwoSided(deviations) - tail) <= 1e-12 * tail, $"{Distributions.TwoSided(deviations)}");
}
