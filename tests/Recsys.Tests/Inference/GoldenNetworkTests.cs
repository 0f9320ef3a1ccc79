using Recsys.Inference;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Index;
using Recsys.Inference.Networks;

namespace Recsys.Tests.Inference;

/// <summary>
/// A tiny network (E = 4, H = 3, two blocks) whose weights are a formula, against figures from an independent double-precision program written
/// from the description of the forward pass alone, the blocks' matrices rounded to bfloat16.
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
                0.4875229f, -0.0589079f, -0.6669796f, 0.7739427f, -1.1552421f, -0.8631412f,
                0.2648807f, -0.0376379f, 0.0123778f, 0.7437385f, -0.1383713f, 0.0494275f,
            ],
            state,
            2e-6f);
        Near([-1.3429505f, -1.1733647f, -1.4441693f, 0.3904531f], output, 5e-6f);
        var scores = new float[Items];
        new ExactIndex(network).ScoreAll(output, scores);
        Near([-0.878458f, 1.746123f, 0.692444f, -1.591866f, 1.434889f], scores, 1e-5f);
    }

    [Fact]
    public void Float16_slots_hold_the_golden_state_and_output()
    {
        var network = Network();
        var slot = new Half[network.SlotLength];
        network.Rebuild(slot, History);
        float[] expected =
        [
            0.4875488f, -0.0588989f, -0.6669922f, 0.7739258f, -1.1552734f, -0.8632812f,
            0.2648926f, -0.0376282f, 0.0123749f, 0.7436523f, -0.1383057f, 0.0494080f,
        ];
        Assert.Equal(expected.Select(value => (Half)value), slot[..network.StateLength]);
        var output = new float[network.VectorSize];
        network.ReadOutput(slot, output);
        Near([-1.3429561f, -1.1733650f, -1.4441645f, 0.3904375f], output, 5e-4f);
    }

    [Fact]
    public void The_scalar_oracle_gives_the_golden_output()
    {
        var artefact = Artefact();
        var oracle = new SessionOracle(artefact);
        var state = new float[12];
        float[] output = [];
        foreach (var step in History) output = oracle.Step(state, step, round: false);
        Near([-1.3429505f, -1.1733647f, -1.4441693f, 0.3904531f], output, 5e-6f);
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
