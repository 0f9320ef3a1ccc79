using Recsys.Inference;
using Recsys.Training.Windows;
using static TorchSharp.torch;

namespace Recsys.TrainingBenchmarks;

/// <summary>Windows padded at their end to the longest, as tensors.</summary>
/// <param name="Items">Dense items (B, L); padding is item 0: nothing after it is read.</param>
/// <param name="Kinds">(B, L).</param>
/// <param name="Strengths">Buckets (B, L).</param>
/// <param name="Places">Where among B * L something is to be predicted, (T).</param>
/// <param name="Targets">Dense items (T).</param>
internal sealed record PlainBatch(Tensor Items, Tensor Kinds, Tensor Strengths, Tensor Places, Tensor Targets)
{
    public static PlainBatch Create(InteractionLog log, Window[] windows)
    {
        var length = windows.Max(window => window.Length);
        var (items, kinds, strengths) = (new long[windows.Length * length], new long[windows.Length * length], new long[windows.Length * length]);
        var (places, targets) = (new List<long>(), new List<long>());
        for (var row = 0; row < windows.Length; row++)
        {
            for (var k = 0; k < windows[row].Length; k++)
            {
                var (from, to) = (windows[row].Start + k, (row * length) + k);
                (items[to], kinds[to], strengths[to]) = (log.Items[from], (long)log.Kinds[from], Strength.Bucket(log.Strengths[from]));
                if (!log.IsTarget(from + 1))
                    continue;
                places.Add(to);
                targets.Add(log.Items[from + 1]);
            }
        }
        long[] shape = [windows.Length, length];
        return new(tensor(items, shape), tensor(kinds, shape), tensor(strengths, shape), tensor(places.ToArray()), tensor(targets.ToArray()));
    }
}
