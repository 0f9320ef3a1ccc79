using Recsys.Training.Backpropagation;

namespace Recsys.TrainingTests.Backpropagation;

public sealed class SoftmaxKernelTests
{
    /// <summary>Not a whole number of vectors.</summary>
    private const int Items = 75;

    [Fact]
    public void Gradient_is_that_of_the_cross_entropy()
    {
        float[] logits = [.. Enumerable.Range(0, Items).Select(i => 3 * MathF.Sin(i))];
        float[] bias = [.. Enumerable.Range(0, Items).Select(i => MathF.Cos(i))];
        var powers = logits.Zip(bias, (logit, more) => Math.Exp(logit + more)).ToArray();
        powers[7] = powers[74] = 0;
        var (gradient, dBias) = (logits.ToArray(), new float[Items]);

        var loss = SoftmaxKernel.Gradient(gradient, bias, target: 20, leftOut: [7, 20, 74], factor: 0.5f, dBias);

        Assert.Equal(-Math.Log(powers[20] / powers.Sum()), loss, 1e-5);
        for (var i = 0; i < Items; i++)
            Assert.Equal(0.5 * ((powers[i] / powers.Sum()) - (i == 20 ? 1 : 0)), gradient[i], 1e-6);
        Assert.Equal(gradient, dBias);
    }

    [Fact]
    public void What_is_next_to_nothing_gets_nothing_rather_than_a_denormal_number()
    {
        float[] logits = [.. Enumerable.Range(0, Items).Select(i => i % 2 == 0 ? -80f : 0f)];
        SoftmaxKernel.Gradient(logits, new float[Items], target: 1, leftOut: [4, 73], factor: 1e-4f, new float[Items]);

        Assert.All(Enumerable.Range(0, Items).Where(i => i % 2 == 0 || i == 73), i => Assert.Equal(0f, logits[i]));
        Assert.All(Enumerable.Range(0, Items).Where(i => i % 2 == 1 && i != 73), i => Assert.True(float.IsNormal(logits[i])));
    }
}
