using Recsys.Inference.Index;
using Recsys.Inference.Rules;

namespace Recsys.Inference.Neighbours;

/// <summary>Working memory of <see cref="SessionKnn"/>: 9 bytes a session and 12 an item. Not thread-safe: one a thread, to be used again and again.</summary>
public sealed class SessionKnnScratch
{
    /// <param name="model">What it is for.</param>
    public SessionKnnScratch(SessionKnn model)
    {
        Similarity = new float[model.SessionCount];
        Touched = new int[model.SessionCount];
        Nearest = new ScoredItem[Math.Min(model.SessionCount, model.Options.Neighbours)];
        InHistory = new float[model.ItemCount];
        Items = new(model.ItemCount);
    }

    internal float[] Similarity { get; }

    internal int[] Touched { get; }

    internal ScoredItem[] Nearest { get; }

    /// <summary>By item: 1 + its places from the newest interaction of the history, or 0.</summary>
    internal float[] InHistory { get; }

    internal RulesScratch Items { get; }
}
