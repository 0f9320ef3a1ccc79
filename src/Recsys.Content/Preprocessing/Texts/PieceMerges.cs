namespace Recsys.Content.Preprocessing.Texts;

/// <summary>The words of a training as sequences of pieces, with the counts of neighbouring pairs kept while pieces are joined.</summary>
/// <param name="pieces">The pieces so far, by id; joined ones are added.</param>
internal sealed class PieceMerges(List<string> pieces)
{
    private readonly List<(int[] Pieces, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();
    private readonly HashSet<string> _known = new(pieces, StringComparer.Ordinal);
    private readonly HashSet<(int Left, int Right)> _changed = [];

    /// <summary>Adds a word; one of fewer than two pieces has nothing to join.</summary>
    internal void Add(List<int> word, long count)
    {
        if (word.Count < 2) return;
        _words.Add(([.. word], count));
        Count(_words.Count - 1, +1);
    }

    /// <summary>Joins the most frequent pair everywhere, and adds the piece; false where no pair is left that is frequent and short enough.</summary>
    internal bool TryJoinNext(long leastCount, int longest)
    {
        foreach (var pair in _changed)
        {
            if (_counts.TryGetValue(pair, out var count)) _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }

        _changed.Clear();
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            // What was queued with another count was queued again when it changed.
            if (_counts.GetValueOrDefault(pair) != -priority.NegativeCount) continue;
            if (-priority.NegativeCount < leastCount) return false;
            if (pieces[pair.Left].Length + pieces[pair.Right].Length > longest) continue;
            Join(pair);
            return true;
        }

        return false;
    }

    private void Join((int Left, int Right) pair)
    {
        var joined = pieces[pair.Left] + pieces[pair.Right];
        var id = pieces.Count;
        if (_known.Add(joined)) pieces.Add(joined);
        else id = pieces.IndexOf(joined);
        foreach (var word in _places[pair].Order().ToList())
        {
            Count(word, -1);
            var (from, count) = _words[word];
            var to = new List<int>(from.Length);
            for (var i = 0; i < from.Length; i++)
            {
                var isPair = i + 1 < from.Length && from[i] == pair.Left && from[i + 1] == pair.Right;
                to.Add(isPair ? id : from[i]);
                if (isPair) i++;
            }

            _words[word] = ([.. to], count);
            Count(word, +1);
        }
    }

    private void Count(int word, int sign)
    {
        var (sequence, count) = _words[word];
        for (var i = 0; i + 1 < sequence.Length; i++)
        {
            var pair = (sequence[i], sequence[i + 1]);
            var left = _counts.GetValueOrDefault(pair) + (sign * count);
            if (left > 0) _counts[pair] = left;
            else _counts.Remove(pair);
            if (!_places.TryGetValue(pair, out var places)) _places.Add(pair, places = []);
            if (sign > 0) places.Add(word);
            else places.Remove(word);
            _changed.Add(pair);
        }
    }
}
