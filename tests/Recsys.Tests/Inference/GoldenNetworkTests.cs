using Recsys.Inference;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Index;
using Recsys.Inference.Networks;

namespace Recsys.Tests.Inference;

/// <summary>
/// A tiny network (E = 4, H = 3, two blocks) whose weights are a formula, against figures from an independent double-precision program written
/// from the description of the forward pass alone.
/// </summary>
public sealed class GoldenNetworkTests : IDisposable
{
    private const int Items = 5;

    private static readonly SessionStep[] History =
    [
        new(3, InteractionKind.Play, 250),
        new(0, InteractionKind.Like, Strength.Unknown),
        new(4, InteractionKind.Skip, 60),
        new(3, InteractionKind.Rating, 199),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Float32_steps_give_the_golden_state_output_and_logits()
    {
        var network = Network();
        var (state, output) = (new float[network.StateLength], new float[network.VectorSize]);
        foreach (var step in History) network.StepFloat32(state, step, output);
        Near(
            [
                0.4871156f, -0.0587461f, -0.6669955f, 0.7736269f, -1.1551376f, -0.863338f,
                0.2652875f, -0.0376281f, 0.0120986f, 0.7451517f, -0.1381786f, 0.0483574f,
            ],
            state,
            2e-6f);
        Near([-1.3420817f, -1.1734238f, -1.4443446f, 0.3927447f], output, 5e-6f);
        var scores = new float[Items];
        new ExactIndex(network).ScoreAll(output, scores);
        Near([-0.87669f, 1.744336f, 0.694044f, -1.593094f, 1.435603f], scores, 1e-5f);
    }

    [Fact]
    public void Float16_slots_hold_the_golden_state_and_output()
    {
        var network = Network();
        var slot = new Half[network.SlotLength];
        network.Rebuild(slot, History);
        float[] expected =
        [
            0.4870605f, -0.0587463f, -0.6669922f, 0.7734375f, -1.1552734f, -0.8632812f,
            0.2653809f, -0.0376282f, 0.0120926f, 0.7451172f, -0.1381836f, 0.0483398f,
        ];
        Assert.Equal(expected.Select(value => (Half)value), slot[..network.StateLength]);
        var output = new float[network.VectorSize];
        network.ReadOutput(slot, output);
        Near([-1.3420775f, -1.1734212f, -1.4443622f, 0.3927599f], output, 5e-4f);
    }

    [Fact]
    public void The_scalar_oracle_gives_the_golden_output()
    {
        var artefact = Artefact();
        var oracle = new SessionOracle(artefact);
        var state = new float[12];
        float[] output = [];
        foreach (var step in History) output = oracle.Step(state, step, round: false);
        Near([-1.3420817f, -1.1734238f, -1.4443446f, 0.3927447f], output, 5e-6f);
    }

    private SessionNetwork Network() => new(Artefact());

    private SessionArtefact Artefact()
    {
        var settings = SampleModel.Settings(embedding: 4, hidden: 3, blocks: 2, multiple: 2);
        var tensors = settings.Tensors(Items).Select((tensor, t) =>
        {
            var count = tensor.Shape.Aggregate(1, (product, size) => product * size);
            return new NamedTensor(tensor.Name, tensor.Shape, Enumerable.Range(0, count).Select(i => (float)Math.Sin((0.7 * i) + (1.3 * t))).ToArray());
        });
        SessionArtefactWriter.Write(_folder.Child("golden"), SampleModel.Manifest(settings, Items), [.. tensors], SampleModel.ItemNumbers(Items));
        return SessionArtefact.Open(_folder.Child("golden"));
    }

    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, float tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], tolerance);
    }
}
