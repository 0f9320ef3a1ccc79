using Recsys.Serving.Catalogue;
using Recsys.Serving.Placements;

namespace Recsys.Serving.Rules;

/// <summary>Of items that share a value of an attribute only some may stand within a window of places.</summary>
/// <param name="cap">As configured.</param>
/// <param name="pageSize">Its window where it names none.</param>
internal sealed class CapRule(PlacementCap cap, int pageSize)
{
    private readonly PlacementCapKind _kind = cap.Kind();
    private readonly ulong _field = cap.Kind() == PlacementCapKind.Typed ? FieldKeys.Attribute(cap.TypedName()) : 0;
    private readonly int _window = cap.Window > 0 ? cap.Window : pageSize;

    /// <summary>Whether an item may stand behind these: in the window that ends with it no value of it is there too often.</summary>
    /// <param name="item">Number.</param>
    /// <param name="before">The items before it, first to last.</param>
    /// <param name="catalogue">What the items are.</param>
    public bool Allows(uint item, ReadOnlySpan<uint> before, CatalogueMirror catalogue)
    {
        if (_window <= cap.MaxItems) return true;
        Span<ulong> buffer = stackalloc ulong[2];
        Span<ulong> other = stackalloc ulong[2];
        var within = before.Length >= _window ? before[^(_window - 1)..] : before;
        foreach (var value in ValuesOf(item, catalogue, buffer))
        {
            var count = 0;
            foreach (var earlier in within)
            {
                if (ValuesOf(earlier, catalogue, other).Contains(value) && ++count >= cap.MaxItems) return false;
            }
        }

        return true;
    }

    private ReadOnlySpan<ulong> ValuesOf(uint item, CatalogueMirror catalogue, Span<ulong> buffer)
    {
        var fields = catalogue.Fields(item);
        switch (_kind)
        {
            case PlacementCapKind.Genres: return fields.Genres;
            case PlacementCapKind.Tags: return fields.Tags;
            case PlacementCapKind.Creators: return fields.Creators;
            case PlacementCapKind.ItemKind:
                buffer[0] = (ulong)catalogue.Kind(item);
                return buffer[..1];
            case PlacementCapKind.Parent:
                buffer[0] = catalogue.ParentOf(item);
                return buffer[..(buffer[0] == 0 ? 0 : 1)];
            default:
                return OfAttribute(fields, buffer);
        }
    }

    private ReadOnlySpan<ulong> OfAttribute(ItemFields fields, Span<ulong> buffer)
    {
        if (fields.AttributeTexts(_field) is { IsEmpty: false } texts) return texts;
        if (fields.NumberAttribute(FieldKeys.Of(_field, FieldKeys.HoldsNumber)) is var number && !double.IsNaN(number))
        {
            buffer[0] = BitConverter.DoubleToUInt64Bits(number);
            return buffer[..1];
        }

        foreach (var flag in (ReadOnlySpan<ulong>)[FieldKeys.True, FieldKeys.False])
        {
            buffer[0] = FieldKeys.Of(_field, flag);
            if (fields.TextKeys.Contains(buffer[0])) return buffer[..1];
        }

        return [];
    }
}
