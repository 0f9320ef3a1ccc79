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
}
