using Recsys.Inference.Index;
using Recsys.Inference.Ranker;

namespace Recsys.Serving.Retrieval;

/// <summary>Working memory for one list at a time, used again for the next.</summary>
internal sealed class ListScratch
{
    private float[] _buffer = [];
    private byte[] _verdicts = [];

    public SourceScores Scores { get; } = new();

    public CandidatePool Pool { get; } = new();

    public RankerTable Table { get; } = new();

    public ScoredItem[] Best { get; } = new ScoredItem[SourceModels.SessionDepth];

    /// <summary>By <see cref="ModelSource"/>.</summary>
    public bool[] On { get; } = new bool[SourceScores.Count];

    /// <summary>Decayed counts of the candidates, by their place in the pool.</summary>
    public float[] Trending { get; private set; } = [];

    /// <summary>The same with the long half-life.</summary>
    public float[] Lasting { get; private set; } = [];

    /// <summary>The candidates' logits, by their place in the pool.</summary>
    public float[] Logits { get; private set; } = [];

    /// <summary>Places in the pool, to be sorted.</summary>
    public int[] Order { get; private set; } = [];

    /// <summary>One value an item, of whatever is needed for a moment.</summary>
    public Span<float> Buffer => _buffer.AsSpan(0, Scores.ItemCount);

    /// <summary>What the filter said of an item: 0 wasn't asked, 1 yes, 2 no.</summary>
    public Span<byte> Verdicts => _verdicts.AsSpan(0, Scores.ItemCount);

    /// <summary>Makes it ready for a list over so many items.</summary>
    public void Reset(int itemCount)
    {
        Scores.Reset(itemCount);
        Pool.Clear();
        if (_buffer.Length < itemCount) (_buffer, _verdicts) = (new float[itemCount], new byte[itemCount]);
        Verdicts.Clear();
    }

    /// <summary>Makes room for what is kept of each candidate.</summary>
    public void ResetCandidates()
    {
        if (Logits.Length >= Pool.Count) return;
        var size = Math.Max(2 * SourceModels.SessionDepth, Pool.Count);
        (Logits, Trending, Lasting, Order) = (new float[size], new float[size], new float[size], new int[size]);
    }
}
