using System.Runtime.InteropServices;
using CsCheck;
using Recsys.Inference;
using Recsys.Inference.Networks;

namespace Recsys.Tests.Inference;

public sealed class SessionNetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16, 16, 1, 4, false, 1)]
    [InlineData(20, 20, 2, 2, false, 1)]
    [InlineData(24, 40, 2, 3, true, 1)]
    [InlineData(67, 33, 3, 1, true, 1)]
    [InlineData(16, 24, 2, 2, false, 3)]
    [InlineData(33, 20, 1, 4, true, 2)]
    public void Float32_steps_match_the_scalar_oracle(int embedding, int hidden, int blocks, int multiple, bool timeGaps, int members)
    {
        var artefact = SampleModel.Open(_folder, SampleModel.Settings(embedding, hidden, blocks, multiple) with { TimeGaps = timeGaps, Members = members }, items: 50);
        var network = new SessionNetwork(artefact);
        var oracle = new SessionOracle(artefact);
        var (state, expectedState) = (new float[network.StateLength], new float[network.StateLength]);
        var output = new float[network.VectorSize];
        foreach (var step in Steps(new Random(5), 30, artefact.ItemCount))
        {
            var requestGap = (byte)((step.Item + step.Gap) % TimeGap.BucketCount);
            network.StepFloat32(state, step, output, requestGap);
            var expected = oracle.Step(expectedState, step, round: false, requestGap);
            Near(expected, output, 2e-4f);
            Near(expectedState, state, 2e-4f);
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public void Float16_slots_follow_the_rounding_oracle(bool timeGaps, int members)
    {
        var artefact = SampleModel.Open(_folder, SampleModel.Settings(32, 48, 2) with { TimeGaps = timeGaps, Members = members }, items: 50);
        var network = new SessionNetwork(artefact);
        var oracle = new SessionOracle(artefact);
        var slot = new Half[network.SlotLength];
        var expectedState = new float[network.StateLength];
        var output = new float[network.VectorSize];
        foreach (var step in Steps(new Random(6), 50, artefact.ItemCount))
        {
            network.Step(slot, step);
            network.ReadOutput(slot, output, requestGap: 9);
            var expected = oracle.Step(expectedState, step, round: true, requestGap: 9);

            // A value at the middle of two halves may go either way: one step of a half, carried on.
            Near(expected, output, 1e-2f);
        }
    }

    [Fact]
    public void Rebuild_and_steps_in_any_batches_give_the_same_bits()
    {
        var artefact = SampleModel.Open(_folder, SampleModel.Settings(20, 37, 2, 3) with { TimeGaps = true, Members = 2 }, items: 50);
        var network = new SessionNetwork(artefact);
        Gen.Int[0, 90].SelectMany(count => Gen.Select(Gen.Int[0, 1_000_000], Gen.Const(count), Gen.Int[0, 90])).Sample((seed, count, cut) =>
        {
            var steps = Steps(new Random(seed), count, artefact.ItemCount, unknownShare: 0.1);
            var (single, rebuilt, batches) = (new Half[network.SlotLength], new Half[network.SlotLength], new Half[network.SlotLength]);
            rebuilt.AsSpan().Fill((Half)3);
            foreach (var step in steps) network.Step(single, step);
            network.Rebuild(rebuilt, steps);
            network.Advance(batches, steps.AsSpan(0, Math.Min(cut, count)));
            network.Advance(batches, steps.AsSpan(Math.Min(cut, count)));
            Assert.Equal(Bits(single), Bits(rebuilt));
            Assert.Equal(Bits(single), Bits(batches));
        }, iter: 60);
    }

    [Fact]
    public void An_unknown_item_leaves_the_slot_as_it_is()
    {
        var network = new SessionNetwork(SampleModel.Open(_folder, SampleModel.Settings(16, 16, 1), items: 5));
        var slot = new Half[network.SlotLength];
        network.Step(slot, new(3, InteractionKind.Play, 200));
        var before = Bits(slot);
        network.Step(slot, new(-1, InteractionKind.Play, 200));
        Assert.Equal(before, Bits(slot));
    }

    [Fact]
    public void Item_kind_strength_gap_and_order_all_matter()
    {
        var network = new SessionNetwork(SampleModel.Open(_folder, SampleModel.Settings(16, 16, 1) with { TimeGaps = true }, items: 5));
        SessionStep[][] histories =
        [
            [new(3, InteractionKind.Play, 200), new(1, InteractionKind.Play, 200)],
            [new(1, InteractionKind.Play, 200), new(3, InteractionKind.Play, 200)],
            [new(3, InteractionKind.Like, 200), new(1, InteractionKind.Play, 200)],
            [new(3, InteractionKind.Play, 20), new(1, InteractionKind.Play, 200)],
            [new(2, InteractionKind.Play, 200), new(1, InteractionKind.Play, 200)],
            [new(1, InteractionKind.Play, 200)],
            [new(3, InteractionKind.Play, 200), new(1, InteractionKind.Play, 200, Gap: 5)],
        ];
        var slots = histories.Select(history =>
        {
            var slot = new Half[network.SlotLength];
            network.Rebuild(slot, history);
            return Convert.ToHexString(MemoryMarshal.AsBytes<Half>(slot));
        });
        Assert.Equal(histories.Length, slots.Distinct().Count());
    }

    [Fact]
    public void Bad_arguments_are_refused_and_leave_the_slot_alone()
    {
        var network = new SessionNetwork(SampleModel.Open(_folder, SampleModel.Settings(16, 16, 1), items: 5));
        var slot = new Half[network.SlotLength];
        network.Step(slot, new(3, InteractionKind.Play, 200));
        var before = Bits(slot);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Step(slot, new(5, InteractionKind.Play, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Step(slot, new(1, (InteractionKind)8, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Step(new Half[network.SlotLength + 1], new(1, InteractionKind.Play, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.ReadOutput(new Half[network.SlotLength - 1], new float[16]));
        Assert.Equal(before, Bits(slot));
    }

    [Fact]
    public void Threads_that_share_a_network_do_not_disturb_each_other()
    {
        var network = new SessionNetwork(SampleModel.Open(_folder, SampleModel.Settings(32, 32, 2), items: 50));
        var expected = Enumerable.Range(0, 8).Select(seed => Rebuilt(network, seed)).ToArray();
        Parallel.For(0, 200, i => Assert.Equal(expected[i % 8], Rebuilt(network, i % 8)));
    }

    private static string Rebuilt(SessionNetwork network, int seed)
    {
        var slot = new Half[network.SlotLength];
        network.Rebuild(slot, Steps(new Random(seed), 40, network.ItemCount));
        return Convert.ToHexString(MemoryMarshal.AsBytes<Half>(slot));
    }

    private static SessionStep[] Steps(Random random, int count, int items, double unknownShare = 0) =>
    [
        .. Enumerable.Range(0, count).Select(_ => new SessionStep(
            random.NextDouble() < unknownShare ? -1 : random.Next(items), (InteractionKind)random.Next(1, 8), (byte)random.Next(256), (byte)random.Next(TimeGap.BucketCount))),
    ];

    private static ushort[] Bits(Half[] slot) => MemoryMarshal.Cast<Half, ushort>(slot).ToArray();

    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, float tolerance)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], tolerance);
    }
}
