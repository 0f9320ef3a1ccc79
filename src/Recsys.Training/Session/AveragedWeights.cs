using Recsys.Training.Backpropagation;

namespace Recsys.Training.Session;

/// <summary>What all threads that rank by a network, or by the average of several, read.</summary>
internal sealed class AveragedWeights : IDisposable
{
    private readonly TrainingSettings _one;
    private readonly (WeightLayout Layout, SharedWeights Shared)[] _members;

    /// <param name="settings">Sizes, and how many members.</param>
    /// <param name="weights">Of all members, side by side.</param>
    /// <param name="items">Items N.</param>
    public AveragedWeights(TrainingSettings settings, SessionWeights weights, int items)
    {
        _one = settings with { Network = settings.Network with { Members = 1 } };
        _members = [.. AveragedNetworks.Split(weights, settings.Network, items).Select(member => (member.Layout, new SharedWeights(member, bfloat16: false)))];
    }

    /// <summary>One thread's pass for each member.</summary>
    public SessionPass[] CreatePasses() => Array.ConvertAll(_members, member => new SessionPass(_one, member.Layout, member.Shared));

    public void Dispose()
    {
        foreach (var (_, shared) in _members)
            shared.Dispose();
    }
}
