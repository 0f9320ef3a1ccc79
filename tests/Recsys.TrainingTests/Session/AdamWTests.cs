using Recsys.Training.Backpropagation;
using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Session;

public sealed class AdamWTests
{
    [Fact]
    public void Steps_are_those_of_libtorch()
    {
        using var scope = NewDisposeScope();
        var settings = SampleSettings.Tiny;
        var weights = SessionWeights.CreateRandom(settings.Network, items: 13, seed: 1);
        var slot = weights.Layout["item_embedding"];
        var expected = nn.Parameter(tensor(weights[slot].ToArray(), slot.Shape[0], slot.Shape[1]));
        var reference = optim.AdamW([expected], lr: 0.01, weight_decay: 0.1);
        var optimizer = new AdamW(weights, weightDecay: 0.1, clipNorm: 1e9);
        using var first = new LaneGradients(weights.Layout);
        using var second = new LaneGradients(weights.Layout);
        LaneGradients[] lanes = [first, second];
        for (var step = 0; step < 5; step++)
        {
            var gradient = rand(slot.Shape[0], slot.Shape[1]) - 0.3;
            foreach (var lane in lanes)
                (gradient / 2).data<float>().CopyTo(lane[slot.Name]);
            expected.grad = gradient.clone();
            reference.step();
            optimizer.Step(lanes, 0.01);
        }

        Assert.InRange((expected - tensor(weights[slot].ToArray(), slot.Shape[0], slot.Shape[1])).abs().max().item<float>(), 0, 1e-6f);
        Assert.All(lanes, lane => Assert.All(lane.Values.ToArray(), value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Gradients_are_clipped_by_their_common_norm()
    {
        using var scope = NewDisposeScope();
        var settings = SampleSettings.Tiny;
        var weights = SessionWeights.CreateRandom(settings.Network, items: 13, seed: 1);
        using var lane = new LaneGradients(weights.Layout);
        lane["item_bias"].Fill(3);
        lane["norm.weight"].Fill(4);

        var norm = new AdamW(weights, weightDecay: 0, clipNorm: 1).Step([lane], 0.01);

        Assert.Equal(Math.Sqrt(13 * 9 + 16 * 16), norm, 1e-4);
    }
}
