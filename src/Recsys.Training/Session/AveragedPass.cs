using Recsys.Inference.Kernels;
using Recsys.Training.Backpropagation;

namespace Recsys.Training.Session;

/// <summary>One thread's ranking by a network, or by the average of several.</summary>
/// <param name="weights">What it ranks by; must outlive it.</param>
internal sealed class AveragedPass(AveragedWeights weights) : IDisposable
{
    private readonly SessionPass[] _members = weights.CreatePasses();

    /// <summary>The logits of all items at the batch's targets, (T, N); valid until the next call.</summary>
    public Matrix Score(PackedBatch batch)
    {
        var mean = _members[0].Score(batch);
        foreach (var member in _members.AsSpan(1))
            Elementwise.Add(mean.Span, member.Score(batch).Span);
        if (_members.Length > 1)
        {
            foreach (ref var logit in mean.Span)
                logit /= _members.Length;
        }
        return mean;
    }

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
    }
}
