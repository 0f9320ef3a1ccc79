using Recsys.Inference.Ranker;
using Recsys.Serving.Events;

namespace Recsys.Serving.Lists;

/// <summary>
/// Which users' plays of which items have moved what is trending, by a hash of both, in two generations: when the young one is full it becomes the old one, and the old one is forgotten. Between one
/// and two times <paramref name="capacity"/> plays are known, at about 70 bytes each; of those before nobody knows any more, so that they would count again. Not for several threads at a time.
/// </summary>
/// <param name="halfLifeMs">Of trending.</param>
/// <param name="capacity">Plays of a generation.</param>
internal sealed class CountedPlays(double halfLifeMs, int capacity)
{
    private Dictionary<ulong, CountedPlay> _young = [];
    private Dictionary<ulong, CountedPlay> _old = [];

    /// <summary>Notes a play, and says which counts it moves.</summary>
    /// <param name="userHash">Who: <see cref="EventIdHash"/> of the id.</param>
    /// <param name="item">Item number, which is the store's own: it tells namespaces apart, too.</param>
    /// <param name="timeMs">When, Unix ms.</param>
    public (bool Counts, bool Lasts) Add(ulong userHash, uint item, long timeMs)
    {
        var hash = HashOf(userHash, item);
        var (next, counts, lasts) = Known(hash).Play(timeMs, halfLifeMs);
        Keep(hash, next);
        return (counts, lasts);
    }

    /// <summary>One user's plays of an item are another's from now on, too.</summary>
    public void Link(ulong fromHash, ulong toHash, uint item)
    {
        var from = Known(HashOf(fromHash, item));
        if (from == CountedPlay.None) return;
        var to = HashOf(toHash, item);
        Keep(to, Known(to).With(from));
    }

    private static ulong HashOf(ulong userHash, uint item) => userHash ^ (item * 0x9E3779B97F4A7C15UL);

    private CountedPlay Known(ulong hash) => _young.TryGetValue(hash, out var found) || _old.TryGetValue(hash, out found) ? found : CountedPlay.None;

    private void Keep(ulong hash, in CountedPlay play)
    {
        _young[hash] = play;
        if (_young.Count < capacity) return;
        (_old, _young) = (_young, _old);
        _young.Clear();
    }
}
