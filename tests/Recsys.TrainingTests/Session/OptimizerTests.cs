using Recsys.Training.Backpropagation;
using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Session;

public sealed class OptimizerTests
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
        var optimizer = new Optimizer(weights, weightDecay: 0.1, clipNorm: 1e9, muon: false);
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
        var (clipped, scaled) = (Weights(), Weights());
        var (clipping, bare) = (new Optimizer(clipped, weightDecay: 0, clipNorm: 1, muon: false), new Optimizer(scaled, weightDecay: 0, clipNorm: 1e9, muon: false));
        using var lane = new LaneGradients(clipped.Layout);
        // The size of one AdamW step says nothing of the gradient's: the second, smaller one tells.
        foreach (var size in (float[])[1, 0.01f])
        {
            var expected = Math.Sqrt((13 * 9 * size * size) + (16 * 16 * size * size));
            Fill(size);
            Assert.Equal(expected, clipping.Step([lane], 0.01), 1e-4);
            Fill((float)(size / Math.Max(1, expected)));
            bare.Step([lane], 0.01);
        }

        Assert.Equal(scaled.Values.ToArray(), clipped.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.NotEqual(Weights().Values.ToArray(), clipped.Values.ToArray());

        static SessionWeights Weights() => SessionWeights.CreateRandom(SampleSettings.Tiny.Network, items: 13, seed: 1);

        void Fill(float size)
        {
            lane["item_bias"].Fill(3 * size);
            lane["norm.weight"].Fill(4 * size);
        }
    }

    [Theory]
    [InlineData("blocks.0.up.weight", 1)]
    [InlineData("blocks.0.down.weight", 1)]
    [InlineData("blocks.0.lstm.weight_hh", 4)]
    [InlineData("blocks.0.up.weight", 1, true, 0.1f)]
    public void Muon_moves_a_matrix_along_its_gradient_made_orthogonal(string name, int gates, bool bfloat16 = false, float tolerance = 0.02f)
    {
        using var scope = NewDisposeScope();
        var weights = SessionWeights.CreateRandom(SampleSettings.Tiny.Network, items: 13, seed: 1);
        var slot = weights.Layout[name];
        var before = tensor(weights[slot].ToArray(), slot.Shape[0], slot.Shape[1]);
        using var lane = new LaneGradients(weights.Layout);
        var gradient = randn(slot.Shape[0], slot.Shape[1], generator: new Generator(3));
        gradient.data<float>().CopyTo(lane[name]);

        new Optimizer(weights, weightDecay: 0.5, clipNorm: 1e9, muon: true, bfloat16).Step([lane], 0.01);

        var moved = (before * (1 - 0.01 * 0.5)) - tensor(weights[slot].ToArray(), slot.Shape[0], slot.Shape[1]);
        var (rows, columns) = (slot.Shape[0] / gates, slot.Shape[1]);
        for (var gate = 0; gate < gates; gate++)
        {
            var step = moved.narrow(0, gate * rows, rows) / (0.01 * 0.2 * Math.Sqrt(Math.Max(rows, columns)));
            var (u, singular, v) = linalg.svd(step, fullMatrices: false);
            Assert.InRange(singular.min().item<float>(), 0.5f, 1.3f);
            Assert.InRange(singular.max().item<float>(), 0.5f, 1.3f);
            var (expectedU, _, expectedV) = linalg.svd(gradient.narrow(0, gate * rows, rows), fullMatrices: false);
            Assert.InRange((u.mm(v) - expectedU.mm(expectedV)).abs().max().item<float>(), 0, tolerance);
        }
    }

    [Fact]
    public void Muon_leaves_embeddings_biases_and_norms_to_AdamW()
    {
        var (muon, adam) = (SessionWeights.CreateRandom(SampleSettings.Tiny.Network, items: 13, seed: 1), SessionWeights.CreateRandom(SampleSettings.Tiny.Network, items: 13, seed: 1));
        foreach (var (weights, isMuon) in new[] { (muon, true), (adam, false) })
        {
            using var lane = new LaneGradients(weights.Layout);
            lane.Values.Fill(0.1f);
            new Optimizer(weights, weightDecay: 0.1, clipNorm: 1, isMuon).Step([lane], 0.01);
        }

        Assert.All(muon.Layout.Slots, slot => Assert.Equal(!slot.IsBlockMatrix, muon[slot].SequenceEqual(adam[slot])));
    }
}
