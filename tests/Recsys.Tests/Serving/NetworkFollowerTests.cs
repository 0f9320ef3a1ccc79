using Recsys.Inference;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Networks;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Serving;

/// <summary>Which stored slots a network goes on from.</summary>
public sealed class NetworkFollowerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SessionNetwork.Arithmetic, false)]
    [InlineData(SessionNetwork.Arithmetic - 1, true)]
    [InlineData(0, true)]
    public void A_slot_of_another_arithmetic_is_made_anew(int arithmetic, bool anew)
    {
        var artefact = SampleModel.Open(_folder, SampleModel.Settings(16, 16, 1), items: 5);
        var model = new LiveModel("default", "session-1", artefact);
        var state = new SessionState();
        state.Ring.Add(new(artefact.ItemNumbers[2], InteractionKind.Play, 250, 1_700_000_000_000));
        var fresh = NetworkFollower.Follow(state, model)!.Values;
        state.Slots.Clear();
        var sha256 = artefact.Manifest.Files[SessionArtefact.WeightsFile].Sha256;
        state.Slots.Add(new() { Fingerprint = LiveModel.FingerprintOf(sha256, arithmetic), Consumed = 1, Values = new Half[fresh.Length] });

        var followed = NetworkFollower.Follow(state, model)!.Values;

        Assert.Equal(anew ? fresh : new Half[fresh.Length], followed);
    }

    [Fact]
    public void A_state_has_slots_of_the_live_model_the_next_one_and_the_variants_and_of_no_other()
    {
        var (live, next, variant, other) = (Model(1), Model(2), Model(3), Model(4));
        var state = new SessionState();
        Play(state, live, 2);
        NetworkFollower.Follow(state, live, null, variant);
        AssertSlots(state, (live, 1), (variant, 1));

        // What is prepared for the next model leaves the variant's as it is.
        Assert.True(NetworkFollower.Prepare(state, next, variant));
        AssertSlots(state, (live, 1), (next, 1), (variant, 1));
        Play(state, live, 3);
        NetworkFollower.Follow(state, live, next, variant);
        AssertSlots(state, (live, 2), (next, 1), (variant, 2));
        Assert.True(NetworkFollower.Prepare(state, next, variant));
        AssertSlots(state, (live, 2), (next, 2), (variant, 2));

        // The variant's model is about to be live, and is.
        Play(state, live, 4);
        NetworkFollower.Follow(state, live, next, next);
        AssertSlots(state, (live, 3), (next, 3));
        NetworkFollower.Follow(state, next, null, next);
        AssertSlots(state, (next, 3));

        // Another variant, and none.
        NetworkFollower.Follow(state, next, null, other);
        AssertSlots(state, (next, 3), (other, 3));
        NetworkFollower.Follow(state, next);
        AssertSlots(state, (next, 3));
    }

    [Fact]
    public void A_slot_that_was_kept_in_step_is_the_one_that_the_ring_makes()
    {
        var (live, variant) = (Model(1), Model(2));
        var (kept, anew) = (new SessionState(), new SessionState());
        for (var i = 0; i < 5; i++)
        {
            Play(kept, live, i);
            Play(anew, live, i);
            NetworkFollower.Follow(kept, live, null, variant);
        }

        var outputs = new[] { new float[live.Network.VectorSize], new float[live.Network.VectorSize] };
        var moment = kept.Ring[^1].TimeMs + 1_000;
        Assert.True(NetworkFollower.TryOutput(kept, variant, moment, outputs[0]));
        Assert.True(NetworkFollower.TryOutput(anew, variant, moment, outputs[1]));
        Assert.Equal(outputs[1], outputs[0]);

        // A list by one model leaves the slot of the other to the next list.
        AssertSlots(kept, (live, 5), (variant, 5));
    }

    private static void Play(SessionState state, LiveModel model, int item) =>
        state.Ring.Add(new(model.ItemNumbers[item], InteractionKind.Play, 250, 1_700_000_000_000 + (state.Ring.Count * 60_000)));

    private static void AssertSlots(SessionState state, params (LiveModel Model, int Consumed)[] expected) =>
        Assert.Equal(expected.Select(slot => (slot.Model.Fingerprint, slot.Consumed)), state.Slots.Select(slot => (slot.Fingerprint, slot.Consumed)));

    private LiveModel Model(int seed)
    {
        var settings = SampleModel.Settings(16, 16, 1);
        var path = _folder.Child($"model-{seed}");
        SessionArtefactWriter.Write(path, SampleModel.Manifest(settings, 5), SampleModel.Tensors(settings, 5, seed), [1, 2, 3, 4, 5]);
        return new("default", $"session-{seed}", SessionArtefact.Open(path));
    }
}
