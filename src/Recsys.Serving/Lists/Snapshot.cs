namespace Recsys.Serving.Lists;

/// <summary>A whole ranked list, or what is left of it for later pages: first the session network's items, then popular ones, then trending ones, then others of the catalogue.</summary>
internal sealed class Snapshot
{
    /// <summary>A list is at most so deep.</summary>
    public const int MaxDepth = 500;

    private readonly uint[] _items = new uint[MaxDepth];
    private readonly float[] _scores = new float[MaxDepth];
    private readonly int[] _sourceEnds = new int[4];

    /// <summary>Shared by all pages.</summary>
    public required Guid RecommendationId { get; init; }

    /// <summary>The model that ranked it; empty: none was live.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>Whether it follows from the users' own events.</summary>
    public required bool Personalized { get; init; }

    /// <summary>When it was made, Unix ms.</summary>
    public required long CreateTimeMs { get; init; }

    /// <summary>The first user's state revision.</summary>
    public required long StateRevision { get; init; }

    /// <summary>Place of the first item in the whole list.</summary>
    public int FirstPosition { get; init; }

    public int Count { get; private set; }

    public ReadOnlySpan<uint> Items => _items.AsSpan(0, Count);

    /// <summary>Strictly descending where more than one source is in it, never ascending.</summary>
    public ReadOnlySpan<float> Scores => _scores.AsSpan(0, Count);

    /// <summary>Room for items of a source that ranks its own; the caller then calls <see cref="Added"/>.</summary>
    public (Memory<uint> Items, Memory<float> Scores) Free => (_items.AsMemory(Count), _scores.AsMemory(Count));

    public bool IsFull => Count == MaxDepth;

    /// <summary>Says how many of the free places a source has taken, best first.</summary>
    public void Added(SnapshotSource source, int count)
    {
        Count += count;
        for (var i = (int)source; i < _sourceEnds.Length; i++) _sourceEnds[i] = Count;
    }

    /// <summary>Adds one item with its source's own score, lowered where needed to stay below the one before: scores of different sources can't be compared.</summary>
    public void Add(SnapshotSource source, uint item, double score)
    {
        _items[Count] = item;
        _scores[Count] = Count > 0 && !((float)score < _scores[Count - 1]) ? float.BitDecrement(_scores[Count - 1]) : (float)score;
        Added(source, 1);
    }

    /// <summary>Adds one item as it was in an earlier page's snapshot.</summary>
    public void Restore(SnapshotSource source, uint item, float score)
    {
        (_items[Count], _scores[Count]) = (item, score);
        Added(source, 1);
    }

    /// <summary>Where a place's item came from.</summary>
    public SnapshotSource SourceAt(int index)
    {
        var source = 0;
        while (index >= _sourceEnds[source]) source++;
        return (SnapshotSource)source;
    }

    /// <summary>How many of the items from a place on came from a source.</summary>
    public int CountFrom(int index, SnapshotSource source)
    {
        var start = source == SnapshotSource.Session ? 0 : _sourceEnds[(int)source - 1];
        return Math.Max(0, _sourceEnds[(int)source] - Math.Max(index, start));
    }
}
