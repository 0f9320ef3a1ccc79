using Recsys.Inference.Kernels;
using Recsys.Training.Backpropagation;

namespace Recsys.Training.Session;

/// <summary>One thread's ranking by a network, or by the average of several.</summary>
internal sealed class AveragedPass : IDisposable
{
    private readonly (SharedWeights Weights, SessionPass Pass)[] _members;

    /// <param name="settings">Sizes, and how many members.</param>
    /// <param name="weights">Of all members, side by side.</param>
    /// <param name="items">Items N.</param>
    public AveragedPass(TrainingSettings settings, SessionWeights weights, int items)
    {
        var one = settings with { Network = settings.Network with { Members = 1 } };
        _members = [.. AveragedNetworks.Split(weights, settings.Network, items).Select(member =>
        {
            var shared = new SharedWeights(member, bfloat16: false);
            return (shared, new SessionPass(one, member.Layout, shared));
        })];
    }

    /// <summary>The logits of all items at the batch's targets, (T, N); valid until the next call.</summary>
    public Matrix Score(PackedBatch batch)
    {
        var mean = _members[0].Pass.Score(batch);
        foreach (var (_, pass) in _members.AsSpan(1))
            Elementwise.Add(mean.Span, pass.Score(batch).Span);
        if (_members.Length > 1)
        {
            foreach (ref var logit in mean.Span)
                logit /= _members.Length;
        }
        return mean;
    }

    public void Dispose()
    {
        foreach (var (weights, pass) in _members)
        {
            pass.Dispose();
            weights.Dispose();
        }
    }
}
