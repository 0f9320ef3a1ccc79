using System.Runtime.InteropServices;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;

namespace Recsys.Serving.Fresh;

/// <summary>
/// An inverted index over the attributes of the items that a model knows: which items say a thing, and how rare that is among them, ln((1 + N) / (1/2 + n)). Items are compared by the cosine of
/// these weights. As of when it was built; searched by one thread at a time.
/// </summary>
internal sealed class AttributeIndex
{
    // What is said of so many items together that a search would be long says little of any of them.
    private const int MostVisits = 50_000;

    // As good as everywhere.
    private const float LeastRarity = 0.05f;

    private readonly Dictionary<ulong, (int Start, int Count)> _places = [];
    private readonly int[] _postings;
    private readonly float[] _norms;
    private readonly ulong[] _contents;
    private readonly float[] _sums;
    private readonly List<int> _touched = [];
    private readonly List<AttributeToken> _tokens = [];

    public AttributeIndex(CatalogueMirror catalogue, LiveModel model)
    {
        var count = model.ItemCount;
        (_norms, _sums, _contents) = (new float[count], new float[count], new ulong[count]);
        var total = 0;
        for (var id = 0; id < count; id++)
        {
            AttributeTokens.Read(catalogue, model.ItemNumbers[id], _tokens);
            _contents[id] = ContentOf(_tokens);
            foreach (var token in _tokens) CollectionsMarshal.GetValueRefOrAddDefault(_places, token.Key, out _).Count++;
            total += _tokens.Count;
        }

        _postings = new int[total];
        var start = 0;
        foreach (var key in _places.Keys)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrNullRef(_places, key);
            (place.Start, start) = (start, start + place.Count);
        }

        var filled = new Dictionary<ulong, int>(_places.Count);
        for (var id = 0; id < count; id++)
        {
            AttributeTokens.Read(catalogue, model.ItemNumbers[id], _tokens);

            // What changed between the two passes counts as it was in the first; the item is noted as changed when it's next looked at.
            foreach (var token in _tokens)
            {
                if (!_places.TryGetValue(token.Key, out var place)) continue;
                ref var used = ref CollectionsMarshal.GetValueRefOrAddDefault(filled, token.Key, out _);
                if (used < place.Count) _postings[place.Start + used++] = id;
            }

            _norms[id] = Norm(_tokens);
        }
    }

    /// <summary>Whether a known item's attributes are others than those that it was built with.</summary>
    public bool Differs(CatalogueMirror catalogue, LiveModel model, int id)
    {
        AttributeTokens.Read(catalogue, model.ItemNumbers[id], _tokens);
        return ContentOf(_tokens) != _contents[id];
    }

    /// <summary>The nearest known items of an item, nearest first, equals by dense id.</summary>
    /// <param name="catalogue">What the items are.</param>
    /// <param name="item">Number.</param>
    /// <param name="nearest">Receives them; its length is how many are wanted.</param>
    /// <returns>How many there are: none where it has nothing in common with any.</returns>
    public int Find(CatalogueMirror catalogue, uint item, Span<Neighbour> nearest)
    {
        AttributeTokens.Read(catalogue, item, _tokens);
        var norm = Norm(_tokens);

        // The rarest say most; a sort that keeps the order of equals, so that sums are the same in every process.
        var visits = MostVisits;
        foreach (var token in _tokens.Select(token => (token.Weight, Place: _places.GetValueOrDefault(token.Key))).Where(token => token.Place.Count > 0).OrderBy(token => token.Place.Count))
        {
            var (weight, place) = token;
            if ((visits -= place.Count) < 0) break;
            var worth = weight * Rarity(place.Count);
            worth *= worth;
            if (worth == 0) continue;
            foreach (var id in _postings.AsSpan(place.Start, place.Count))
            {
                if (_sums[id] == 0) _touched.Add(id);
                _sums[id] += worth;
            }
        }

        var found = 0;
        foreach (var id in _touched)
        {
            var cosine = Math.Min(1, _sums[id] / (norm * _norms[id]));
            _sums[id] = 0;
            if (float.IsFinite(cosine)) Insert(nearest, ref found, new(id, cosine));
        }

        _touched.Clear();
        return found;
    }

    private static void Insert(Span<Neighbour> nearest, ref int found, Neighbour neighbour)
    {
        if (found == nearest.Length && !IsNearer(neighbour, nearest[^1])) return;
        var at = found < nearest.Length ? found++ : found - 1;
        for (; at > 0 && IsNearer(neighbour, nearest[at - 1]); at--) nearest[at] = nearest[at - 1];
        nearest[at] = neighbour;
    }

    private static bool IsNearer(Neighbour a, Neighbour b) => a.Similarity > b.Similarity || (a.Similarity == b.Similarity && a.Id < b.Id);

    private float Norm(List<AttributeToken> tokens)
    {
        var sum = 0f;
        foreach (var token in tokens)
        {
            var worth = token.Weight * Rarity(_places.GetValueOrDefault(token.Key).Count);
            sum += worth * worth;
        }

        return MathF.Sqrt(sum);
    }

    private float Rarity(int count)
    {
        var rarity = MathF.Log((1f + _norms.Length) / (0.5f + count));
        return rarity < LeastRarity ? 0 : rarity;
    }

    private static ulong ContentOf(List<AttributeToken> tokens)
    {
        var content = 0UL;
        foreach (var token in tokens) content = (System.Numerics.BitOperations.RotateLeft(content, 5) ^ token.Key) * 0x9E3779B97F4A7C15;
        return content;
    }
}
