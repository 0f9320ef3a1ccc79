namespace Recsys.Inference.Ranker;

/// <summary>Every source's scores of all items, (sources, N). Working memory of one thread.</summary>
public sealed class SourceScores
{
    /// <summary>Sources: one a <see cref="ModelSource"/>.</summary>
    public const int Count = 5;

    private float[] _scores = [];

    /// <summary>Items, N.</summary>
    public int ItemCount { get; private set; }

    /// <summary>Makes room for so many items.</summary>
    public void Reset(int itemCount)
    {
        ItemCount = itemCount;
        if (_scores.Length < Count * itemCount) _scores = new float[Count * itemCount];
    }

    /// <summary>A source's scores, (N).</summary>
    public Span<float> Of(ModelSource source) => _scores.AsSpan((int)source * ItemCount, ItemCount);
}
