using Recsys.Inference.Index;

namespace Recsys.Inference.Ranker;

/// <summary>
/// The candidates of one list: the best of each source, merged. A candidate is there once, whichever sources propose it, in the order in which the sources are asked and of their ranks: equal
/// scores give an equal pool. Working memory of one thread.
/// </summary>
public sealed class CandidatePool
{
    /// <summary>What proposes beside the sources of <see cref="ModelSource"/>: what is played most now.</summary>
    public const int Trending = SourceScores.Count;

    /// <summary>Likewise: what is new in the catalogue.</summary>
    public const int Fresh = SourceScores.Count + 1;

    /// <summary>Likewise: what a placement boosts.</summary>
    public const int Boosted = SourceScores.Count + 2;

    /// <summary>Likewise: what users lately went on to. Beside the rules of <see cref="ModelSource.CoWatched"/>, whose places are a feature of their own.</summary>
    public const int WatchedNext = SourceScores.Count + 3;

    /// <summary>Whoever proposes: the numbers are below this.</summary>
    public const int Proposers = SourceScores.Count + 4;

    private readonly Dictionary<int, int> _places = [];
    private readonly List<int> _items = [];
    private readonly List<float> _ranks = [];

    /// <summary>Dense ids of the candidates.</summary>
    public IReadOnlyList<int> Items => _items;

    /// <summary>Candidates.</summary>
    public int Count => _items.Count;

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _places.Clear();
        _items.Clear();
        _ranks.Clear();
    }

    /// <summary>Adds what a source proposes.</summary>
    /// <param name="proposer">A <see cref="ModelSource"/>, or one of the constants here.</param>
    /// <param name="best">Its best items, best first.</param>
    public void Add(int proposer, ReadOnlySpan<ScoredItem> best)
    {
        for (var rank = 0; rank < best.Length; rank++)
        {
            if (_places.TryAdd(best[rank].Item, _items.Count))
            {
                _items.Add(best[rank].Item);
                for (var i = 0; i < Proposers; i++) _ranks.Add(0);
            }

            _ranks[(_places[best[rank].Item] * Proposers) + proposer] = 1f / (1 + rank);
        }
    }

    /// <summary>1 / (1 + place) of a candidate among what was proposed; 0: it wasn't, by that one.</summary>
    public float RankOf(int candidate, int proposer) => _ranks[(candidate * Proposers) + proposer];
}
