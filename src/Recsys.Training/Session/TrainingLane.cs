using Recsys.Training.Backpropagation;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>
/// One thread's part of every step: takes a share of the batch's windows and leaves gradients that the optimiser adds to the others'. libtorch's own threads share each small matrix
/// product instead, and meet some thousand times a step; that is slow where they sleep at each meeting, and worse where they spin while something else has the processor. Lanes meet once.
/// </summary>
internal sealed class TrainingLane : IDisposable
{
    private readonly TrainingSettings _settings;
    private readonly int[][]? _ownItems;
    private readonly int _number;
    private readonly SessionPass _pass;
    private Random _dropout;

    /// <param name="number">From 0; part of the seed of what is random.</param>
    /// <param name="settings">The training's.</param>
    /// <param name="layout">Of the weights.</param>
    /// <param name="weights">What all lanes read.</param>
    /// <param name="sampler">Draws the items that targets compete with, where they aren't all.</param>
    /// <param name="ownItems">Each user's items, to leave out of the softmax; or null.</param>
    public TrainingLane(int number, TrainingSettings settings, WeightLayout layout, SharedWeights weights, ItemSampler sampler, int[][]? ownItems)
    {
        _settings = settings;
        _ownItems = ownItems;
        _number = number;
        _dropout = SeededRandom.Create(settings.Seed, stream: 4 + number);
        _pass = new SessionPass(settings, layout, weights, sampler);
    }

    /// <summary>The sums of the gradients since the optimiser's last step, flat like the weights.</summary>
    public LaneGradients Gradients => _pass.Gradients;

    /// <summary>From here on dropout is that of an epoch.</summary>
    public void StartEpoch(int epoch) => _dropout = SeededRandom.Create(_settings.Seed, 4 + _number, epoch);

    /// <summary>Adds the gradients of a share of a batch.</summary>
    /// <param name="log">The data.</param>
    /// <param name="windows">The share.</param>
    /// <param name="targets">Targets of the whole batch, by which losses and gradients are divided.</param>
    /// <returns>The share's part of the batch's mean loss.</returns>
    public double Learn(InteractionLog log, ReadOnlySpan<Window> windows, int targets)
    {
        var share = PackedBatch.ToLearn(log, windows);
        var ownItems = _ownItems;
        return _pass.Learn(share, targets, ownItems is null ? null : t => ownItems[share.Users[t]], _dropout);
    }

    public void Dispose() => _pass.Dispose();
}
