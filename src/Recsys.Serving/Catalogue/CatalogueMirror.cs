using System.Numerics;
using Recsys.Storage;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// What lists need of the catalogue, in memory: columns in flat arrays indexed by item number, not an object an item. Reads take no lock and may run beside a write: they see an item's old
/// or new values. An item that was never in the catalogue counts as an item of kind Other that may be shown everywhere, except under a maturity ceiling, because nobody knows its age; a
/// deleted one may be shown nowhere.
/// </summary>
internal sealed class CatalogueMirror
{
    private const int PageSize = 1_000;
    private const uint Catalogued = 1 << 16;
    private const uint Hidden = 1 << 17;
    private const uint Deleted = 1 << 18;
    private const uint Windowed = 1 << 19;

    // Of a series, its seasons and episodes, with room to spare: parents may name each other.
    private const int MaxAncestors = 8;

    private readonly ItemNumbers _numbers;
    private readonly Lock _lock = new();
    private readonly PooledColumn<byte> _titles = new();
    private readonly PooledColumn<int> _labels = new();
    private readonly PooledColumn<AvailabilityEntry> _windows = new();
    private readonly PooledColumn<ulong> _fields = new();
    private readonly PooledColumn<uint> _words = new();
    private readonly OrderedChildren _ordered = new();
    private readonly Dictionary<string, int> _labelIds = new(StringComparer.OrdinalIgnoreCase);
    private volatile MirrorColumns _columns = new(1024);

    private CatalogueMirror(ItemNumbers numbers) => _numbers = numbers;

    /// <summary>Called after an item's new content was taken over, on the thread that brought it.</summary>
    public event Action<uint>? Applied;

    /// <summary>Reads the whole catalogue of every namespace.</summary>
    public static async Task<CatalogueMirror> LoadAsync(IRecsysStore store, ItemNumbers numbers, CancellationToken cancellationToken)
    {
        var mirror = new CatalogueMirror(numbers);
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(ItemCatalogue.Collection, null, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var group in page.GroupBy(document => document.Key.Namespace, StringComparer.Ordinal))
            {
                await mirror.ApplyAsync(group.Key, [.. group], cancellationToken);
            }

            after = page[^1].Key;
        }

        return mirror;
    }

    /// <summary>Called with the update time, Unix ms, of each item that was taken over from another replica; null: nobody wants to know.</summary>
    public Action<long>? TakenOver { private get; set; }

    /// <summary>Whether a list of this filter may hold the item.</summary>
    public bool IsEligible(uint number, in ListFilter filter)
    {
        var columns = _columns;
        var packed = number < (uint)columns.Packed.Length ? columns.Packed[number] : 0;
        if (packed == 0) return filter.MaturityCeiling == ListFilter.NoCeiling && (filter.KindMask & (1u << (int)ItemKind.Other)) != 0;
        if ((packed & (Hidden | Deleted)) != 0 || (filter.KindMask & (1u << (int)(packed & 0xFF))) == 0) return false;
        return IsWithin(columns, number, packed, filter.MaturityCeiling) && ((packed & Windowed) == 0 || IsAvailable(number, filter.Country, filter.TimeMs));
    }

    /// <summary>Whether an item and all that contain it are meant for an age. Looked up each time: a parent may come, change and go after its children.</summary>
    private static bool IsWithin(MirrorColumns columns, uint number, uint packed, int ceiling)
    {
        // Most lists have none, and scans ask this of every item.
        if (ceiling == ListFilter.NoCeiling) return true;
        for (var depth = 0; (int)((packed >> 8) & 0xFF) <= ceiling; depth++)
        {
            number = Volatile.Read(ref columns.Parent[number]);
            if (number == 0 || number >= (uint)columns.Packed.Length || depth == MaxAncestors) return true;
            packed = Volatile.Read(ref columns.Packed[number]);
        }

        return false;
    }

    /// <summary>What filters read of the item: empty where the catalogue doesn't have it.</summary>
    public ItemFields Fields(uint number) => new(number, _fields[number]);

    /// <summary>The item's <see cref="ItemWords"/>.</summary>
    public ReadOnlySpan<uint> Words(uint number) => _words[number];

    /// <summary>The item's <see cref="ItemFields.Signature"/>.</summary>
    public ulong Signature(uint number)
    {
        var columns = _columns;
        return number < (uint)columns.Signature.Length ? Volatile.Read(ref columns.Signature[number]) : 0;
    }

    /// <summary>Whether the availability windows of an item that the catalogue has hold at a place and a moment.</summary>
    /// <param name="number">The item.</param>
    /// <param name="country">As <see cref="ListFilter.Country"/>.</param>
    /// <param name="timeMs">Unix ms.</param>
    public bool IsAvailable(uint number, ushort country, long timeMs)
    {
        var windows = _windows[number];
        foreach (ref readonly var window in windows)
        {
            if (window.Holds(country, timeMs)) return true;
        }

        // None at all: there are no restrictions, or they were just taken away.
        return windows.IsEmpty;
    }

    /// <summary>Whether the catalogue has the item now.</summary>
    public bool IsKnown(uint number) => (Packed(number) & (Catalogued | Deleted)) == Catalogued;

    /// <summary>The item's kind; Other where the catalogue doesn't have it.</summary>
    public ItemKind Kind(uint number) => Packed(number) is var packed && packed == 0 ? ItemKind.Other : (ItemKind)(packed & 0xFF);

    /// <summary>The title in the locale's language, as near as there is one; empty where there is none.</summary>
    public string Title(uint number, string locale) => ItemTitles.Find(_titles[number], locale);

    /// <summary>How long a play takes, ms; 0: unknown.</summary>
    public long DurationMs(uint number)
    {
        var columns = _columns;
        return number < (uint)columns.Duration.Length ? columns.Duration[number] : 0;
    }

    /// <summary>When the item came out, Unix ms; null: unknown.</summary>
    public long? PublishTimeMs(uint number)
    {
        var columns = _columns;
        var time = number < (uint)columns.Published.Length ? Volatile.Read(ref columns.Published[number]) : long.MinValue;
        return time == long.MinValue || !IsKnown(number) ? null : time;
    }

    /// <summary>Number of the containing item; 0: none.</summary>
    public uint ParentOf(uint number)
    {
        var columns = _columns;
        return number < (uint)columns.Parent.Length ? Volatile.Read(ref columns.Parent[number]) : 0;
    }

    /// <summary>Every numbered item of a namespace, in the catalogue or not, ascending.</summary>
    public IEnumerable<uint> ItemsOf(string ns) => _numbers.ItemsOf(ns);

    /// <summary>The catalogued children of an item that have an ordinal, in their order; of equal ordinals the lower number first.</summary>
    public ReadOnlySpan<uint> OrderedChildrenOf(uint parent) => _ordered.Of(parent);

    /// <summary>The catalogued children of an item, in the order of their numbers.</summary>
    public List<uint> ChildrenOf(uint parent)
    {
        var parents = _columns.Parent.AsSpan();
        var children = new List<uint>();
        for (var from = 0; from < parents.Length; from++)
        {
            var step = parents[from..].IndexOf(parent);
            if (step < 0) break;
            from += step;
            if (IsKnown((uint)from)) children.Add((uint)from);
        }

        return children;
    }

    /// <summary>How alike two items are by the share of genres and tags that they have in common (Jaccard), 0 to 1.</summary>
    public double Similarity(uint first, uint second)
    {
        var a = _labels[first];
        var b = _labels[second];
        var (i, j, common) = (0, 0, 0);
        while (i < a.Length && j < b.Length)
        {
            if (a[i] == b[j])
            {
                common++;
                i++;
                j++;
            }
            else if (a[i] < b[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return common == 0 ? 0 : (double)common / (a.Length + b.Length - common);
    }

    /// <summary>When the item was first written, Unix ms; null: the catalogue doesn't have it.</summary>
    public long? CreateTimeMs(uint number)
    {
        var columns = _columns;
        return IsKnown(number) ? Volatile.Read(ref columns.Created[number]) : null;
    }

    /// <summary>Takes an item's new content over, unless a newer revision was taken over already (false). A null item was deleted.</summary>
    public bool Apply(uint number, uint parent, long revision, CatalogueItem? item)
    {
        lock (_lock)
        {
            var columns = _columns;
            if (number >= (uint)columns.Packed.Length) _columns = columns = columns.Grown((int)BitOperations.RoundUpToPowerOf2(number + 1UL));
            if (columns.Revision[number] >= revision) return false;
            columns.Revision[number] = revision;
            var windows = item is null ? [] : AvailabilityEntry.From(item.Availability);

            // Restrictions come before what they restrict is opened: an item never shows where neither its old nor its new content allows it.
            if (windows.Length > 0) _windows.Set(number, windows);
            _titles.Set(number, item is null ? [] : ItemTitles.Pack(item));
            _labels.Set(number, item is null ? [] : Labels(item));
            _fields.Set(number, item is null ? [] : ItemFields.Pack(item));
            _words.Set(number, item is null ? [] : ItemWords.Pack(item));
            Volatile.Write(ref columns.Signature[number], Fields(number).Signature);
            _ordered.Move(columns, number, item is null ? 0 : parent, item?.Ordinal ?? 0);
            columns.Duration[number] = item is null ? 0 : (uint)Math.Clamp(item.DurationMs, 0, uint.MaxValue);
            Volatile.Write(ref columns.Published[number], item?.PublishTimeMs ?? long.MinValue);
            Volatile.Write(ref columns.Created[number], item?.CreateTimeMs ?? 0);
            Volatile.Write(ref columns.Packed[number], Pack(item, windows.Length > 0));
            if (windows.Length == 0) _windows.Set(number, []);
        }

        Applied?.Invoke(number);
        return true;
    }

    /// <summary>Takes documents of one namespace over.</summary>
    /// <param name="ns">Theirs.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="takenOver">Told the update time of each that is news; null: nobody.</param>
    public async ValueTask ApplyAsync(string ns, IReadOnlyList<Document> documents, CancellationToken cancellationToken, Action<long>? takenOver = null)
    {
        var items = documents.Select(document => ItemDocument.Read(document.Content.Span)).ToArray();
        var numbers = await _numbers.ResolveAsync(ns, [.. documents.Select(document => document.Key.Key)], cancellationToken);
        string[] parentIds = [.. items.Where(item => item?.ParentId.Length > 0).Select(item => item!.ParentId)];
        var parents = await _numbers.ResolveAsync(ns, parentIds, cancellationToken);
        for (int i = 0, nextParent = 0; i < items.Length; i++)
        {
            var isNews = Apply(numbers[i], items[i]?.ParentId.Length > 0 ? parents[nextParent++] : 0, documents[i].Revision, items[i]);
            if (isNews && items[i] is { } item) takenOver?.Invoke(item.UpdateTimeMs);
        }
    }

    /// <summary>Takes items over that another replica wrote.</summary>
    public async Task ApplyAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        foreach (var group in changes.Where(change => change.Document is not null).GroupBy(change => change.Key.Namespace, StringComparer.Ordinal))
        {
            await ApplyAsync(group.Key, [.. group.Select(change => change.Document!)], cancellationToken, TakenOver);
        }
    }

    private static uint Pack(CatalogueItem? item, bool windowed)
    {
        if (item is null) return Catalogued | Deleted;
        var kind = item.Kind == ItemKind.Unspecified ? ItemKind.Other : item.Kind;
        return (uint)kind | ((uint)Math.Clamp(item.MaturityAge, 0, 255) << 8) | Catalogued | (item.Hidden ? Hidden : 0) | (windowed ? Windowed : 0);
    }

    private uint Packed(uint number)
    {
        var columns = _columns;
        return number < (uint)columns.Packed.Length ? Volatile.Read(ref columns.Packed[number]) : 0;
    }

    private int[] Labels(CatalogueItem item)
    {
        var labels = new SortedSet<int>();
        foreach (var label in item.Genres.Concat(item.Tags))
        {
            var name = CanonicalText.Of(label).Trim();
            if (!_labelIds.TryGetValue(name, out var id)) _labelIds.Add(name, id = _labelIds.Count);
            labels.Add(id);
        }

        return [.. labels];
    }
}
