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
        using var network = new SessionTorchNetwork(settings, weights.Layout, bfloat16: false);
        network.Load(weights);
        var slot = weights.Layout["item_embedding"];
        var expected = nn.Parameter(network[slot].detach().clone());
        var reference = optim.AdamW([expected], lr: 0.01, weight_decay: 0.1);
        var optimizer = new AdamW(weights, weightDecay: 0.1, clipNorm: 1e9);
        var random = new Random(2);
        for (var step = 0; step < 5; step++)
        {
            var gradient = rand(slot.Shape[0], slot.Shape[1]) - 0.3;
            network[slot].grad = gradient.clone();
            expected.grad = gradient.clone();
            reference.step();
            optimizer.Step([network], 0.01);
        }

        Assert.InRange((expected - network[slot]).abs().max().item<float>(), 0, 1e-6f);
        Assert.Equal(network[slot].data<float>().ToArray(), weights[slot].ToArray());
        Assert.Equal(0, network[slot].grad!.abs().max().item<float>());
    }

    [Fact]
    public void Gradients_are_clipped_by_their_common_norm()
    {
        using var scope = NewDisposeScope();
        var settings = SampleSettings.Tiny;
        var weights = SessionWeights.CreateRandom(settings.Network, items: 13, seed: 1);
        using var network = new SessionTorchNetwork(settings, weights.Layout, bfloat16: false);
        network[weights.Layout["item_bias"]].grad = full([13], 3f);
        network[weights.Layout["norm.weight"]].grad = full([16], 4f);

        var norm = new AdamW(weights, weightDecay: 0, clipNorm: 1).Step([network], 0.01);

        Assert.Equal(Math.Sqrt(13 * 9 + 16 * 16), norm, 1e-4);
    }
}
