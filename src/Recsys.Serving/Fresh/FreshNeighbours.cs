using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;

namespace Recsys.Serving.Fresh;

/// <summary>
/// Of the catalogue's items that one model doesn't know, the nearest that it does by their attributes. Lists read it without a lock while items are written. The newest
/// <see cref="MostItems"/> are kept, by the order in which the store met them; items that have nothing in common with any known one aren't.
/// </summary>
internal sealed class FreshNeighbours
{
    /// <summary>Each list looks at all of them.</summary>
    public const int MostItems = 10_000;

    /// <summary>Neighbours of an item at most.</summary>
    public const int Depth = 10;

    private readonly CatalogueMirror _catalogue;
    private readonly AttributeIndex _index;
    private readonly Lock _lock = new();
    private readonly PooledColumn<Neighbour> _neighbours = new();
    private volatile uint[] _items = [];
    private volatile bool _isStale;

    /// <summary>Indexes the model's items; none that it doesn't know is looked at yet.</summary>
    public FreshNeighbours(CatalogueMirror catalogue, LiveModel model)
    {
        (_catalogue, Model) = (catalogue, model);
        _index = new(catalogue, model);
    }

    /// <summary>By whose items.</summary>
    public LiveModel Model { get; }

    /// <summary>Items that the model doesn't know and that have neighbours, ascending. Never changed: a new array takes its place.</summary>
    public uint[] Items => _items;

    /// <summary>Whether an item that the model knows has other attributes by now.</summary>
    public bool IsStale => _isStale;

    /// <summary>An item's neighbours, nearest first.</summary>
    public ReadOnlySpan<Neighbour> Of(uint item) => _neighbours[item];

    /// <summary>Looks at the whole catalogue.</summary>
    public void Fill()
    {
        uint[] unknown = [.. _catalogue.ItemsOf(Model.Namespace).Where(item => !Model.Knows(item) && _catalogue.IsKnown(item)).TakeLast(MostItems)];
        lock (_lock)
        {
            var items = new SortedSet<uint>(_items);
            foreach (var item in unknown)
            {
                if (Find(item)) items.Add(item);
            }

            _items = [.. items.TakeLast(MostItems)];
        }
    }

    /// <summary>An item was written.</summary>
    public void Update(uint item)
    {
        lock (_lock)
        {
            if (Model.DenseId(item) is >= 0 and var id)
            {
                _isStale |= _index.Differs(_catalogue, Model, id);
                return;
            }

            var items = _items;
            var place = Array.BinarySearch(items, item);
            var belongs = _catalogue.IsKnown(item) && (place >= 0 || items.Length < MostItems || item > items[0]) && Find(item);
            if (belongs == place >= 0) return;
            if (!belongs) _items = [.. items.AsSpan(0, place), .. items.AsSpan(place + 1)];
            else _items = [.. items.AsSpan(items.Length == MostItems ? 1 : 0, ~place - (items.Length == MostItems ? 1 : 0)), item, .. items.AsSpan(~place)];
        }
    }

    private bool Find(uint item)
    {
        Span<Neighbour> nearest = stackalloc Neighbour[Depth];
        nearest = nearest[.._index.Find(_catalogue, item, nearest)];
        _neighbours.Set(item, nearest);
        return nearest.Length > 0;
    }
}
