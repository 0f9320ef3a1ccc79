using System.Runtime.InteropServices;
using Recsys.Training.Backpropagation;
using Recsys.Training.Session;
using Recsys.Training.Windows;
using Recsys.TrainingTests.Oracle;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Backpropagation;

/// <summary>The gradients that are written out are those of libtorch's autograd.</summary>
public sealed class SessionPassTests
{
    /// <summary>Rows are worked on some hundred at a time: those of 14 users all fit, those of 90 don't.</summary>
    [Theory]
    [InlineData(14, 16, 16, 1, false, false, 0)]
    [InlineData(14, 24, 40, 2, false, true, 0)]
    [InlineData(14, 48, 32, 3, true, false, 0)]
    [InlineData(14, 33, 19, 2, true, true, 0)]
    [InlineData(14, 16, 16, 1, true, true, 0.3)]
    [InlineData(14, 33, 19, 2, true, false, 0.3)]
    [InlineData(90, 16, 16, 2, true, true, 0.3)]
    [InlineData(90, 33, 19, 2, false, false, 0.3)]
    public void Loss_and_gradients_are_those_of_autograd(int users, int embedding, int hidden, int blocks, bool timeGaps, bool leaveOut, double dropout)
    {
        var log = SampleLogs.Mixed(users, items: 30, maxLength: 40, seed: embedding);
        var settings = SampleSettings.Tiny with
        {
            Network = SampleSettings.Sizes(embedding, hidden, blocks) with { TimeGaps = timeGaps },
            InputDropout = dropout,
            BlockDropout = dropout,
            ItemDropout = dropout,
            RequestGapDropout = dropout,
        };
        var weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, seed: 5);
        var random = new Random(6);
        foreach (ref var value in weights.Values.AsSpan())
            value += 0.4f * (random.NextSingle() - 0.5f);
        // In the order of a packed batch, so that masks fit both.
        Window[] windows = [.. Window.Cut(log, ValidationSplit.Nothing(log), length: 15, new Random(1)).OrderByDescending(window => window.Length).ThenBy(window => window.Start)];
        int[][]? own = leaveOut ? OwnItems.Of(log, log.UserStarts[1..]) : null;
        var divisor = 7 + windows.Sum(window => window.Targets);

        using var shared = new SharedWeights(weights, bfloat16: false);
        using var pass = new SessionPass(settings, weights.Layout, shared);
        var packed = PackedBatch.ToLearn(log, windows);
        Assert.Equal(users > 14, packed.Rows > Products.RowsAtATime);
        Func<int, int[]>? leftOut = own is null ? null : t => own[packed.Users[t]];
        var loss = pass.Learn(packed, divisor, leftOut, new Random(3));
        loss += pass.Learn(packed, divisor, leftOut, new Random(3));

        using var scope = NewDisposeScope();
        using var network = new TorchNetwork(settings, weights.Layout, bfloat16: false);
        network.Load(weights);
        var batch = PaddedBatch.ToLearn(log, windows);
        var masks = dropout == 0 ? null : new TorchDropout(DropoutMasks.Draw(settings, packed, new Random(3)), packed, batch);
        var logits = network.Logits(network.Forward(batch, masks));
        if (own is not null)
            logits += Hide(own, batch, log.ItemCount);
        var expected = nn.functional.cross_entropy(logits, tensor(batch.Targets, dtype: ScalarType.Int64), reduction: nn.Reduction.Sum) / divisor;
        expected.backward();

        Assert.Equal(2 * expected.item<float>(), loss, 1e-3);
        foreach (var slot in weights.Layout.Slots)
            AssertClose(slot.Name, network[slot].grad!, pass.Gradients[slot.Name]);
    }

    /// <summary>Products are of some hundred rows at a time, those of a time step's few rows in float32: once all fit, once nothing does.</summary>
    [Theory]
    [InlineData(14)]
    [InlineData(90)]
    public void Bfloat16_differs_from_float32_by_rounding_only(int users)
    {
        var log = SampleLogs.Mixed(users, items: 30, maxLength: 40, seed: 1);
        var settings = SampleSettings.Tiny with { Network = SampleSettings.Sizes(32, 24, 2) };
        var weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, seed: 5);
        var windows = Window.Cut(log, ValidationSplit.Nothing(log), length: 15, new Random(1));
        float[] Gradients(bool bfloat16, out double loss)
        {
            using var shared = new SharedWeights(weights, bfloat16);
            using var pass = new SessionPass(settings, weights.Layout, shared);
            loss = pass.Learn(PackedBatch.ToLearn(log, windows), 100, leftOut: null, random: null);
            return pass.Gradients.Values.ToArray();
        }

        var exact = Gradients(false, out var exactLoss);
        var rounded = Gradients(true, out var roundedLoss);

        Assert.Equal(exactLoss, roundedLoss, 0.05);
        var difference = Distance(exact, rounded);
        Assert.InRange(difference, 1e-6, 0.03);
        foreach (var slot in weights.Layout.Slots.Where(slot => slot.Shape.Length == 2))
            Assert.InRange(Distance(exact.AsSpan(slot.Offset, slot.Length), rounded.AsSpan(slot.Offset, slot.Length)), 0, 0.05);
    }

    [Fact]
    public void Dropped_features_when_learning_then_they_get_no_gradient()
    {
        var log = SampleLogs.Plays(users: 3, length: 9, (user, i, _) => user);
        var settings = SampleSettings.Tiny with { InputDropout = 0.5, BlockDropout = 0, ItemDropout = 0 };
        var weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, seed: 5);
        var windows = Window.Cut(log, ValidationSplit.Nothing(log), length: 15, new Random(1));
        using var shared = new SharedWeights(weights, bfloat16: false);
        using var pass = new SessionPass(settings, weights.Layout, shared);
        // Each window has an item of its own: what its mask drops never reaches that item's input. The softmax' part of the tied gradient is there in any case.
        var packed = PackedBatch.ToLearn(log, windows);
        var masks = DropoutMasks.Draw(settings, packed, new Random(9));
        pass.Learn(packed, 1, leftOut: null, new Random(9));
        var dropped = pass.Gradients.Values.ToArray();
        pass.Gradients.Values.Clear();

        foreach (ref var value in weights["kind_embedding"])
            value += 10;
        using var moved = new SessionPass(settings, weights.Layout, shared);
        moved.Learn(packed, 1, leftOut: null, new Random(9));

        var kinds = weights.Layout["kind_embedding"];
        var row = dropped.AsSpan(kinds.Offset, kinds.Length).Slice(16, 16);
        for (var feature = 0; feature < 16; feature++)
        {
            var kept = Enumerable.Range(0, 3).Any(window => masks.Inputs[(window * 16) + feature] > 0);
            Assert.Equal(kept, row[feature] != 0);
        }
        Assert.Contains(Enumerable.Range(0, 16), feature => Enumerable.Range(0, 3).All(window => masks.Inputs[(window * 16) + feature] == 0));
    }

    private static double Distance(ReadOnlySpan<float> exact, ReadOnlySpan<float> other)
    {
        double difference = 0, square = 0;
        for (var i = 0; i < exact.Length; i++)
        {
            difference += Math.Pow(exact[i] - other[i], 2);
            square += Math.Pow(exact[i], 2);
        }
        return square == 0 ? difference : Math.Sqrt(difference / square);
    }

    private static Tensor Hide(int[][] own, PaddedBatch batch, int items)
    {
        var hidden = new float[batch.Targets.Length * items];
        for (var row = 0; row < batch.Targets.Length; row++)
            foreach (var item in own[batch.Users[row]])
                if (item != batch.Targets[row])
                    hidden[(row * items) + item] = -1e9f;
        return tensor(hidden, batch.Targets.Length, items);
    }

    private static void AssertClose(string name, Tensor expected, ReadOnlySpan<float> twice)
    {
        var values = MemoryMarshal.Cast<byte, float>(expected.contiguous().bytes);
        var scale = expected.abs().max().item<float>();
        for (var i = 0; i < values.Length; i++)
            Assert.True(Math.Abs((2 * values[i]) - twice[i]) <= 1e-5f + (2e-4f * scale), $"{name}: gradient {i} is {twice[i] / 2}, by autograd {values[i]}");
    }
}
