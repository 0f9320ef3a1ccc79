using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Session;

public sealed class ChunkedSoftmaxTests
{
    private const int Items = 37;
    private const int Size = 12;

    [Theory]
    [InlineData(5, false)]
    [InlineData(1500, false)]
    [InlineData(1500, true)]
    public void Loss_and_gradients_are_those_of_autograd(int count, bool masks)
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var outputs = Normal(random, count, Size).requires_grad_();
        var embedding = Normal(random, Items, Size).requires_grad_();
        var bias = Normal(random, Items).requires_grad_();
        var targets = Enumerable.Range(0, count).Select(_ => random.Next(Items)).ToArray();
        int[][]? masked = masks ? [.. targets.Select(_ => Enumerable.Range(0, 6).Select(_ => random.Next(Items)).ToArray())] : null;

        var logits = addmm(bias, outputs, embedding.t(), 1, 1);
        if (masked is not null)
            logits += Hide(masked, targets);
        var expected = nn.functional.cross_entropy(logits, tensor(targets, dtype: ScalarType.Int64));
        expected.backward();

        var actual = ChunkedSoftmax.Compute(outputs, embedding, bias, targets, count, masked is null ? null : t => masked[t], bfloat16: false);

        Assert.Equal(expected.item<float>(), actual.Loss, 1e-4);
        AssertClose(outputs.grad!, actual.Outputs);
        AssertClose(embedding.grad!, actual.Embedding);
        AssertClose(bias.grad!, actual.Bias);
    }

    [Fact]
    public void Bfloat16_differs_from_float32_by_rounding_only()
    {
        using var scope = NewDisposeScope();
        var random = new Random(4);
        var outputs = Normal(random, 200, Size);
        var embedding = Normal(random, Items, Size) * 0.3;
        var bias = zeros(Items);
        var targets = Enumerable.Range(0, 200).Select(_ => random.Next(Items)).ToArray();

        var exact = ChunkedSoftmax.Compute(outputs, embedding, bias, targets, 200, masked: null, bfloat16: false);
        var rounded = ChunkedSoftmax.Compute(outputs, embedding, bias, targets, 200, masked: null, bfloat16: true);

        Assert.Equal(exact.Loss, rounded.Loss, 0.01);
        var relative = (exact.Embedding - rounded.Embedding).norm().item<float>() / exact.Embedding.norm().item<float>();
        Assert.InRange(relative, 1e-6, 0.02);
    }

    private static Tensor Hide(int[][] masked, int[] targets)
    {
        var hidden = new float[targets.Length * Items];
        for (var row = 0; row < targets.Length; row++)
            foreach (var item in masked[row])
                if (item != targets[row])
                    hidden[row * Items + item] = -1e9f;
        return tensor(hidden, targets.Length, Items);
    }

    private static Tensor Normal(Random random, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() * 2 - 1;
        return tensor(values, shape);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-6f + 1e-4f * expected.abs().max().item<float>());
}
