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
        var lanes = new[] { new float[weights.Values.Length], new float[weights.Values.Length] };
        for (var step = 0; step < 5; step++)
        {
            var gradient = rand(slot.Shape[0], slot.Shape[1]) - 0.3;
            foreach (var lane in lanes)
                (gradient / 2).data<float>().CopyTo(lane.AsSpan(slot.Offset, slot.Length));
            expected.grad = gradient.clone();
            reference.step();
            optimizer.Step(lanes, 0.01);
        }

        Assert.InRange((expected - tensor(weights[slot].ToArray(), slot.Shape[0], slot.Shape[1])).abs().max().item<float>(), 0, 1e-6f);
        Assert.All(lanes, lane => Assert.All(lane, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Gradients_are_clipped_by_their_common_norm()
    {
        using var scope = NewDisposeScope();
        var settings = SampleSettings.Tiny;
        var weights = SessionWeights.CreateRandom(settings.Network, items: 13, seed: 1);
        var lane = new float[weights.Values.Length];
        lane.AsSpan(weights.Layout["item_bias"].Offset, 13).Fill(3);
        lane.AsSpan(weights.Layout["norm.weight"].Offset, 16).Fill(4);

        var norm = new AdamW(weights, weightDecay: 0, clipNorm: 1).Step([lane], 0.01);

        Assert.Equal(Math.Sqrt(13 * 9 + 16 * 16), norm, 1e-4);
    }
}
