namespace Recsys.Inference.Evaluation;

/// <summary>
/// Each case's rank of the target and the first items shown, by one recommender: what is kept so that recommenders can be compared case by case. Setting different cases from
/// several threads is safe.
/// </summary>
public sealed class RankedCases
{
    /// <summary>Items kept of each list.</summary>
    public const int ListLength = 20;

    private readonly int[] _ranks;
    private readonly int[] _shown;
    private readonly byte[] _lengths;

    /// <param name="count">Cases; each is a miss with nothing shown until it's set.</param>
    public RankedCases(int count)
    {
        _ranks = new int[count];
        _ranks.AsSpan().Fill(int.MaxValue);
        _shown = new int[count * ListLength];
        _lengths = new byte[count];
    }

    /// <summary>Cases.</summary>
    public int Count => _ranks.Length;

    /// <summary>Each case's rank of the target, from 1; <see cref="int.MaxValue"/>: a miss.</summary>
    public ReadOnlySpan<int> Ranks => _ranks;

    /// <summary>The first items shown in a case, best first.</summary>
    public ReadOnlySpan<int> Shown(int at) => _shown.AsSpan(at * ListLength, _lengths[at]);

    /// <summary>Keeps a case.</summary>
    /// <param name="at">Which.</param>
    /// <param name="rank">The target's rank, from 1; <see cref="int.MaxValue"/>: a miss.</param>
    /// <param name="list">Dense ids, best first; those after the first <see cref="ListLength"/> are left out.</param>
    public void Set(int at, int rank, ReadOnlySpan<int> list)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        _ranks[at] = rank;
        var kept = list[..Math.Min(list.Length, ListLength)];
        kept.CopyTo(_shown.AsSpan(at * ListLength));
        _lengths[at] = (byte)kept.Length;
    }

    /// <summary>The averages at 5, 10 and 20.</summary>
    /// <param name="itemCount">Items in the ranking, for the coverage.</param>
    public IReadOnlyList<RankingScore> Scores(int itemCount)
    {
        var averages = new RankingAccumulator(itemCount);
        for (var at = 0; at < Count; at++) averages.Add(_ranks[at], Shown(at));
        return averages.Scores();
    }
}
