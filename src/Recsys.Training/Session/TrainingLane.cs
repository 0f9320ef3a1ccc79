using Recsys.Training.Windows;
using static TorchSharp.torch;

namespace Recsys.Training.Session;

/// <summary>
/// One thread's part of every step: a copy of the network that takes a share of the batch's windows, and whose gradients the optimiser adds to the others'.
/// libtorch's own threads share each small matrix product instead, and meet some thousand times a step; that is slow where they sleep at each meeting, and
/// worse where they spin while something else has the processor. Lanes meet once.
/// </summary>
internal sealed class TrainingLane : IDisposable
{
    private readonly TrainingSettings _settings;
    private readonly int[][]? _ownItems;
    private readonly int _number;
    private Random _dropout;

    /// <param name="number">From 0; part of the seed of what is random.</param>
    /// <param name="settings">The training's.</param>
    /// <param name="layout">The weights that will be loaded.</param>
    /// <param name="ownItems">Each user's items, to leave out of the softmax; or null.</param>
    public TrainingLane(int number, TrainingSettings settings, WeightLayout layout, int[][]? ownItems)
    {
        _settings = settings;
        _ownItems = ownItems;
        _number = number;
        _dropout = SeededRandom.Create(settings.Seed, stream: 4 + number);
        Network = new SessionTorchNetwork(settings, layout, settings.BFloat16);
    }

    public SessionTorchNetwork Network { get; }

    /// <summary>From here on dropout is that of an epoch.</summary>
    public void StartEpoch(int epoch) => _dropout = SeededRandom.Create(_settings.Seed, 4 + _number, epoch);

    /// <summary>Leaves the gradients of a share of a batch in the network's tensors.</summary>
    /// <param name="share">Windows and targets.</param>
    /// <param name="targets">Targets of the whole batch, by which losses and gradients are divided.</param>
    /// <returns>The share's part of the batch's mean loss.</returns>
    public double Learn(Batch share, int targets)
    {
        using var scope = NewDisposeScope();
        var outputs = Network.Forward(share, _dropout);
        var ownItems = _ownItems;
        var gradients = ChunkedSoftmax.Compute(
            outputs, Network.ItemEmbedding, Network.ItemBias, share.Targets, targets, ownItems is null ? null : t => ownItems[share.Users[t]], _settings.BFloat16);
        if (!double.IsFinite(gradients.Loss))
            return gradients.Loss;
        outputs.backward([gradients.Outputs]);
        Network.AddGradients(gradients.Embedding, gradients.Bias);
        return gradients.Loss;
    }

    public void Dispose() => Network.Dispose();
}
