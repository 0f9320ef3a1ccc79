using Recsys.Inference.Index;
using Recsys.Inference.Ranker;

namespace Recsys.Serving.Fresh;

/// <summary>
/// What a model's sources say of the items that it doesn't know, for one list: the mean of what they say of each item's neighbours, which count by the square of their similarity. Working
/// memory, used again. An item goes by its place here.
/// </summary>
internal sealed class FreshScores
{
    private uint[] _items = [];
    private float[] _scores = [];
    private float[] _similarities = [];
    private byte[] _verdicts = [];

    /// <summary>Item numbers, ascending.</summary>
    public ReadOnlySpan<uint> Items => _items;

    /// <summary>What the filter said of an item: 0 wasn't asked, 1 yes, 2 no, 3 yes and it's proposed.</summary>
    public Span<byte> Verdicts => _verdicts.AsSpan(0, _items.Length);

    /// <summary>What is proposed, in the order of proposal.</summary>
    public List<ScoredItem> Proposed { get; } = [];

    /// <summary>Mean similarity of an item's neighbours, which count by its square.</summary>
    public ReadOnlySpan<float> Similarities => _similarities.AsSpan(0, _items.Length);

    /// <summary>What a source says of all of them.</summary>
    public ReadOnlySpan<float> Of(ModelSource source) => _scores.AsSpan((int)source * _items.Length, _items.Length);

    /// <summary>There are none.</summary>
    public void Clear()
    {
        _items = [];
        Proposed.Clear();
    }

    /// <summary>Computes the means.</summary>
    /// <param name="neighbours">Whose.</param>
    /// <param name="included">These items alone, ascending; null: all.</param>
    /// <param name="known">What the sources say of the model's items.</param>
    /// <param name="on">Whether a source is on, by <see cref="ModelSource"/>.</param>
    public void Compute(FreshNeighbours neighbours, uint[]? included, SourceScores known, ReadOnlySpan<bool> on)
    {
        Proposed.Clear();
        _items = included is null ? neighbours.Items : [.. neighbours.Items.Where(item => Array.BinarySearch(included, item) >= 0)];
        if (_similarities.Length < _items.Length) (_scores, _similarities, _verdicts) = (new float[SourceScores.Count * _items.Length], new float[_items.Length], new byte[_items.Length]);
        Verdicts.Clear();
        Span<float> sums = stackalloc float[SourceScores.Count];
        for (var i = 0; i < _items.Length; i++)
        {
            sums.Clear();
            var (weights, similarities) = (0f, 0f);
            foreach (var neighbour in neighbours.Of(_items[i]))
            {
                var weight = neighbour.Similarity * neighbour.Similarity;
                weights += weight;
                similarities += weight * neighbour.Similarity;
                for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
                {
                    if (on[(int)source]) sums[(int)source] += weight * known.Of(source)[neighbour.Id];
                }
            }

            _similarities[i] = similarities / weights;
            for (var source = 0; source < sums.Length; source++) _scores[(source * _items.Length) + i] = sums[source] / weights;
        }
    }
}
