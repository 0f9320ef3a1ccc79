using System.Diagnostics.CodeAnalysis;
using System.Text;
using Recsys.Storage;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// The two-way map between (namespace, item id) and store-wide item numbers, whole in memory: 20 bytes an item beside the id's own bytes, no object an item.
/// Reads take no lock; numbers are allocated by the store, so that replicas agree.
/// </summary>
internal sealed class ItemNumbers
{
    private const int PageSize = 10_000;

    private readonly IRecsysStore _store;
    private readonly Lock _lock = new();
    private readonly PooledColumn<byte> _ids = new();
    private volatile ushort[] _spaceOf = new ushort[1024];
    private volatile ItemSpace[] _spaces = [];
    private volatile uint _highest;
    private uint _complete;

    private ItemNumbers(IRecsysStore store) => _store = store;

    /// <summary>The highest number known: arrays by item number need one place more.</summary>
    public uint Highest => _highest;

    /// <summary>Reads all numbers of the store.</summary>
    public static async Task<ItemNumbers> LoadAsync(IRecsysStore store, CancellationToken cancellationToken)
    {
        var numbers = new ItemNumbers(store);
        await numbers.RefreshAsync(cancellationToken);
        return numbers;
    }

    /// <summary>
    /// Takes over what others allocated. Numbers come without gaps, so all up to the last one read are known. It reads from the last one known on: if that one is missing, a
    /// fail-over of the store lost the newest, and they're given back before they are given to others.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is down, or lost for this process.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var last = Volatile.Read(ref _complete);
        var from = last == 0 ? 0 : last - 1;
        while (await _store.ListItemNumbersAsync(from, PageSize, cancellationToken) is var page)
        {
            if ((page.Count == 0 && from < last) || page.Any(item => SpaceOf(item.Number) != 0 && !IsKnown(item)))
            {
                await _store.RestoreItemNumbersAsync([.. Known(last)], cancellationToken);
                return;
            }

            lock (_lock)
            {
                foreach (var item in page) Add(item.Namespace, item.ItemId, item.Number);
                Complete();
            }

            if (page.Count < PageSize) return;
            from = page[^1].Number;
        }
    }

    /// <summary>Makes sure that all numbers in what was just read from the store are known here: another replica may have allocated them a moment ago.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!_store.IsShared) return;
        await StoreFailure.GuardAsync(async () =>
        {
            await RefreshAsync(cancellationToken);
            return true;
        });
    }

    /// <summary>The numbers of items, in the order given; those without one get one, durably, in a single call to the store.</summary>
    /// <exception cref="StoreUnavailableException">The store is down.</exception>
    public async ValueTask<uint[]> ResolveAsync(string ns, IReadOnlyList<string> itemIds, CancellationToken cancellationToken)
    {
        var numbers = new uint[itemIds.Count];
        var ids = Missing(ns, itemIds, numbers);
        if (ids.Length == 0) return numbers;
        if (_store.IsShared)
        {
            // What a fail-over lost is given back first, or it would be given to these.
            await RefreshAsync(cancellationToken);
            ids = Missing(ns, itemIds, numbers);
            if (ids.Length == 0) return numbers;
        }

        var allocated = await _store.AllocateItemNumbersAsync(ns, ids, cancellationToken);

        // A number that names another item here: the store went back, and gave it out again.
        if (ids.Where((id, i) => SpaceOf(allocated[i]) != 0 && !IsKnown(new(allocated[i], ns, id))).Any()) await RefreshAsync(cancellationToken);
        lock (_lock)
        {
            for (var i = 0; i < ids.Length; i++) Add(ns, ids[i], allocated[i]);
            Complete();
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] == 0) TryGet(ns, itemIds[i], out numbers[i]);
        }

        return numbers;
    }

    /// <summary>The number of an item; false: it has none yet, and <paramref name="number"/> is 0.</summary>
    public bool TryGet(string ns, string itemId, out uint number)
    {
        number = 0;
        if (!TrySpace(ns, out var space)) return false;
        Span<byte> buffer = stackalloc byte[512];
        var id = Utf8(itemId, buffer);
        number = space.Find(id, _ids);
        return number != 0;
    }

    /// <summary>The id of a numbered item.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Nobody has this number.</exception>
    public string IdOf(uint number)
    {
        var id = _ids[number];
        if (id.IsEmpty) throw new ArgumentOutOfRangeException(nameof(number), number, $"No item has this number; the highest is {_highest}.");
        return Encoding.UTF8.GetString(id);
    }

    /// <summary>Whether this number is that of an item of this namespace.</summary>
    public bool IsIn(string ns, uint number) => number > 0 && TrySpace(ns, out var space) && space.Index == SpaceOf(number);

    /// <summary>The namespace of a numbered item; null: nobody has this number.</summary>
    public string? NamespaceOf(uint number) => SpaceOf(number) is > 0 and var space ? _spaces[space - 1].Namespace : null;

    /// <summary>The numbers of a namespace's items, ascending, as of now.</summary>
    public IEnumerable<uint> ItemsOf(string ns)
    {
        if (!TrySpace(ns, out var space)) yield break;
        var highest = _highest;
        for (var number = 1u; number <= highest; number++)
        {
            if (SpaceOf(number) == space.Index) yield return number;
        }
    }

    /// <summary>Fills in the numbers that are known, and returns the items that have none.</summary>
    private string[] Missing(string ns, IReadOnlyList<string> itemIds, uint[] numbers)
    {
        HashSet<string>? missing = null;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!TryGet(ns, itemIds[i], out numbers[i])) (missing ??= new(StringComparer.Ordinal)).Add(itemIds[i]);
        }

        return missing is null ? [] : [.. missing];
    }

    /// <summary>All up to here are known.</summary>
    private void Complete()
    {
        while (SpaceOf(_complete + 1) != 0) _complete++;
    }

    /// <summary>Whether this number is known as this item's.</summary>
    private bool IsKnown(ItemNumber item) => SpaceOf(item.Number) is > 0 and var space && _spaces[space - 1].Namespace == item.Namespace && IdOf(item.Number) == item.ItemId;

    private IEnumerable<ItemNumber> Known(uint last)
    {
        for (var number = 1u; number <= last; number++) yield return new(number, _spaces[SpaceOf(number) - 1].Namespace, IdOf(number));
    }

    private static ReadOnlySpan<byte> Utf8(string itemId, Span<byte> buffer) =>
        Encoding.UTF8.TryGetBytes(itemId, buffer, out var written) ? buffer[..written] : Encoding.UTF8.GetBytes(itemId);

    private int SpaceOf(uint number)
    {
        var spaceOf = _spaceOf;
        return number < (uint)spaceOf.Length ? Volatile.Read(ref spaceOf[number]) : 0;
    }

    private bool TrySpace(string ns, [NotNullWhen(true)] out ItemSpace? space)
    {
        foreach (var candidate in _spaces)
        {
            if (candidate.Namespace != ns) continue;
            space = candidate;
            return true;
        }

        space = null;
        return false;
    }

    private void Add(string ns, string itemId, uint number)
    {
        if (!TrySpace(ns, out var space))
        {
            space = new(ns, _spaces.Length + 1);
            _spaces = [.. _spaces, space];
        }

        if (SpaceOf(number) != 0) return;
        var spaceOf = _spaceOf;
        if (number >= (uint)spaceOf.Length)
        {
            Array.Resize(ref spaceOf, (int)System.Numerics.BitOperations.RoundUpToPowerOf2(number + 1UL));
            _spaceOf = spaceOf;
        }

        Span<byte> buffer = stackalloc byte[512];
        var id = Utf8(itemId, buffer);
        _ids.Set(number, id);
        Volatile.Write(ref spaceOf[number], checked((ushort)space.Index));
        space.Add(number, id, _ids);
        if (number > _highest) _highest = number;
    }
}
