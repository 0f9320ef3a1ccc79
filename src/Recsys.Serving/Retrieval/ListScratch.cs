using Recsys.Inference.Index;
using Recsys.Inference.Ranker;
using Recsys.Serving.Fresh;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;

namespace Recsys.Serving.Retrieval;

/// <summary>Working memory for one list at a time, used again for the next.</summary>
internal sealed class ListScratch
{
    private float[] _buffer = [];
    private byte[] _verdicts = [];
    private float[] _profile = [];

    public SourceScores Scores { get; } = new();

    public CandidatePool Pool { get; } = new();

    public RankerTable Table { get; } = new();

    /// <summary>What the sources say of items that the model doesn't know.</summary>
    public FreshScores Fresh { get; } = new();

    /// <summary>By whose neighbours; null: the fresh source is off, or there is nothing new.</summary>
    public FreshNeighbours? FreshNeighbours { get; set; }

    public ScoredItem[] Best { get; } = new ScoredItem[SourceModels.SessionDepth];

    /// <summary>Whom the list is for.</summary>
    public IReadOnlyList<Wish> Wishes { get; set; } = [];

    /// <summary>How much items were wanted after the users' newest interactions.</summary>
    public Dictionary<uint, float> WatchedNext { get; } = [];

    /// <summary>Whether <see cref="WatchedNext"/> says something: the co-watched source is on, and pairs were counted.</summary>
    public bool IsNextOn { get; set; }

    /// <summary>Whether the model's own part of a source is on, by <see cref="ModelSource"/>.</summary>
    public bool[] On { get; } = new bool[SourceScores.Count];

    /// <summary>Decayed counts of the candidates, by their place in the pool.</summary>
    public float[] Trending { get; private set; } = [];

    /// <summary>The same with the long half-life.</summary>
    public float[] Lasting { get; private set; } = [];

    /// <summary>The candidates' logits, by their place in the pool.</summary>
    public float[] Logits { get; private set; } = [];

    /// <summary>The candidates' item numbers, by their place in the pool.</summary>
    public uint[] Numbers { get; private set; } = [];

    /// <summary>Places in the pool, to be sorted.</summary>
    public int[] Order { get; private set; } = [];

    /// <summary>One value an item, of whatever is needed for a moment.</summary>
    public Span<float> Buffer => _buffer.AsSpan(0, Scores.ItemCount);

    /// <summary>What the filter said of an item: 0 wasn't asked, 1 yes, 2 no.</summary>
    public Span<byte> Verdicts => _verdicts.AsSpan(0, Scores.ItemCount);

    /// <summary>The users' categories, all 0.</summary>
    public Span<float> ResetProfile(int categories)
    {
        if (_profile.Length < categories) _profile = new float[categories];
        var profile = _profile.AsSpan(0, categories);
        profile.Clear();
        return profile;
    }

    /// <summary>Whether a candidate is an item that the model doesn't know.</summary>
    public bool IsFresh(int candidate) => Pool.Items[candidate] >= Scores.ItemCount;

    /// <summary>A candidate's item number.</summary>
    public uint NumberOf(LiveModel model, int candidate) => IsFresh(candidate) ? Fresh.Items[Pool.Items[candidate] - Scores.ItemCount] : model.ItemNumbers[Pool.Items[candidate]];

    /// <summary>Whether a source says anything: what was watched next does so also where the model has no rules.</summary>
    public bool IsOn(ModelSource source) => On[(int)source] || (source == ModelSource.CoWatched && IsNextOn);

    /// <summary>1 / (1 + place) of a candidate among what a source proposed, the better one where both of its parts did; 0: none did.</summary>
    public float RankOf(ModelSource source, int candidate)
    {
        var rank = Pool.RankOf(candidate, (int)source);
        return source == ModelSource.CoWatched ? Math.Max(rank, Pool.RankOf(candidate, CandidatePool.WatchedNext)) : rank;
    }

    /// <summary>What a source that is on says of a candidate; the co-watched source's rules, where there are some, else its counts.</summary>
    public float ScoreOf(LiveModel model, ModelSource source, int candidate) =>
        On[(int)source] ? ScoreOf(source, candidate) : Inference.Ranker.WatchedNext.Feature(WatchedNext.GetValueOrDefault(NumberOf(model, candidate)));

    /// <summary>What the model's own part of a source says of a candidate.</summary>
    public float ScoreOf(ModelSource source, int candidate) =>
        IsFresh(candidate) ? Fresh.Of(source)[Pool.Items[candidate] - Scores.ItemCount] : Scores.Of(source)[Pool.Items[candidate]];

    /// <summary>Mean similarity of a fresh candidate's neighbours.</summary>
    public float FreshSimilarity(int candidate) => Fresh.Similarities[Pool.Items[candidate] - Scores.ItemCount];

    /// <summary>Makes it ready for a list over so many items.</summary>
    public void Reset(int itemCount)
    {
        Scores.Reset(itemCount);
        Pool.Clear();
        Fresh.Clear();
        WatchedNext.Clear();
        IsNextOn = false;
        if (_buffer.Length < itemCount) (_buffer, _verdicts) = (new float[itemCount], new byte[itemCount]);
        Verdicts.Clear();
    }

    /// <summary>Makes room for what is kept of each candidate.</summary>
    public void ResetCandidates()
    {
        if (Logits.Length >= Pool.Count) return;
        var size = Math.Max(2 * SourceModels.SessionDepth, Pool.Count);
        (Logits, Trending, Lasting, Order, Numbers) = (new float[size], new float[size], new float[size], new int[size], new uint[size]);
    }
}
