using System.Runtime.InteropServices;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// What filters read of an item, as packed into one sequence of the mirror's column: all of one write, never half of an older one. Six words, then the keys of its texts
/// (<see cref="FieldKeys"/>), the keys of its number attributes and, in the same order, their values. An item that the catalogue doesn't have is empty.
/// </summary>
/// <param name="number">The item.</param>
/// <param name="words">What <see cref="Pack"/> made.</param>
internal readonly ref struct ItemFields(uint number, ReadOnlySpan<ulong> words)
{
    private const int HeadLength = 6;
    private const int CountBits = 16;
    private const ulong CountMask = (1 << CountBits) - 1;

    /// <summary>Stands behind the texts of an attribute; no key is 0.</summary>
    private const ulong EndOfAttribute = 0;

    private readonly ReadOnlySpan<ulong> _words = words;

    /// <summary>The item.</summary>
    public uint Number { get; } = number;

    /// <summary>Whether the catalogue has it. If not, nothing else may be asked but for texts and attributes, of which it has none.</summary>
    public bool IsKnown => !_words.IsEmpty;

    /// <summary>Its kind.</summary>
    public ItemKind Kind => (ItemKind)(byte)_words[0];

    /// <summary>Years.</summary>
    public int MaturityAge => (byte)(_words[0] >> 8);

    /// <summary>Place within the parent; 0: none.</summary>
    public int Ordinal => (int)(_words[0] >> 32);

    /// <summary>When it came out, Unix ms; where that isn't known, when it was first written.</summary>
    public long BirthMs => (long)_words[2];

    /// <summary>How long a play takes, ms; 0: unknown.</summary>
    public long DurationMs => (long)_words[3];

    /// <summary>Millionths.</summary>
    public long PriceMicros => (long)_words[4];

    /// <summary>Keys of its genres.</summary>
    public ReadOnlySpan<ulong> Genres => TextKeys[..Counted(0)];

    /// <summary>Keys of its tags.</summary>
    public ReadOnlySpan<ulong> Tags => TextKeys.Slice(Counted(0), Counted(1));

    /// <summary>Keys of its creators.</summary>
    public ReadOnlySpan<ulong> Creators => TextKeys.Slice(Counted(0) + Counted(1), Counted(2));

    /// <summary>Keys of its genres, tags and creators.</summary>
    public ReadOnlySpan<ulong> Labels => TextKeys[..(Counted(0) + Counted(1) + Counted(2))];

    private int TextCount => (int)(uint)_words[1];

    private int NumberCount => (int)(_words[1] >> 32);

    /// <summary>Keys of all its texts and flags, and of the attributes that hold texts.</summary>
    public ReadOnlySpan<ulong> TextKeys => _words.IsEmpty ? [] : _words.Slice(HeadLength, TextCount);

    /// <summary>The bits of all its texts (<see cref="FieldKeys.Bit"/>).</summary>
    public ulong Signature
    {
        get
        {
            var signature = 0UL;
            foreach (var key in TextKeys)
            {
                if (key != EndOfAttribute) signature |= FieldKeys.Bit(key);
            }

            return signature;
        }
    }

    /// <summary>Whether it has any of these fields.</summary>
    public bool Has(PresentFields fields) => !_words.IsEmpty && (_words[0] & ((ulong)fields << 16)) != 0;

    /// <summary>The value of a number attribute; NaN where it has none.</summary>
    /// <param name="key">Its field's key for <see cref="FieldKeys.HoldsNumber"/>.</param>
    public double NumberAttribute(ulong key)
    {
        if (_words.IsEmpty || NumberCount == 0) return double.NaN;
        var index = _words.Slice(HeadLength + TextCount, NumberCount).IndexOf(key);
        return index < 0 ? double.NaN : BitConverter.UInt64BitsToDouble(_words[HeadLength + TextCount + NumberCount + index]);
    }

    /// <summary>Keys of the texts of an attribute; none where it holds none.</summary>
    /// <param name="field">The attribute's key.</param>
    public ReadOnlySpan<ulong> AttributeTexts(ulong field)
    {
        var keys = TextKeys;
        var index = keys.IndexOf(FieldKeys.Of(field, FieldKeys.HoldsText));
        if (index < 0) return [];
        keys = keys[(index + 1)..];
        return keys[..keys.IndexOf(EndOfAttribute)];
    }

    /// <summary>An item's words.</summary>
    public static ReadOnlySpan<ulong> Pack(CatalogueItem item)
    {
        var (texts, numberKeys, numbers) = (new List<ulong>(), new List<ulong>(), new List<ulong>());
        Add(texts, FieldKeys.Genres, item.Genres);
        Add(texts, FieldKeys.Tags, item.Tags);
        Add(texts, FieldKeys.Creators, item.Creators);
        Add(texts, FieldKeys.Languages, item.Languages);
        if (item.PriceCurrency.Length > 0) texts.Add(FieldKeys.Of(FieldKeys.Currency, FieldKeys.OfText(item.PriceCurrency)));
        if (item.ParentId.Length > 0) texts.Add(FieldKeys.Of(FieldKeys.ParentId, FieldKeys.OfId(item.ParentId)));
        foreach (var (name, attribute) in item.Attributes)
        {
            var field = FieldKeys.Attribute(name);
            if (attribute.Number is { } number)
            {
                numberKeys.Add(FieldKeys.Of(field, FieldKeys.HoldsNumber));
                numbers.Add(BitConverter.DoubleToUInt64Bits(number));
            }
            else if (attribute.Flag is { } flag)
            {
                texts.Add(FieldKeys.Of(field, flag ? FieldKeys.True : FieldKeys.False));
            }
            else
            {
                IReadOnlyList<string> values = attribute.Text is { } text ? [text] : attribute.Texts ?? [];
                if (values.Count > 0) texts.Add(FieldKeys.Of(field, FieldKeys.HoldsText));
                Add(texts, field, values);
                if (values.Count > 0) texts.Add(EndOfAttribute);
            }
        }

        var kind = item.Kind == ItemKind.Unspecified ? ItemKind.Other : item.Kind;
        var words = new List<ulong>(HeadLength + texts.Count + 2 * numbers.Count)
        {
            (byte)kind | ((ulong)Math.Clamp(item.MaturityAge, 0, 255) << 8) | ((ulong)Present(item) << 16) | ((ulong)(uint)item.Ordinal << 32),
            (uint)texts.Count | ((ulong)numbers.Count << 32),
            (ulong)(item.PublishTimeMs ?? item.CreateTimeMs),
            (ulong)item.DurationMs,
            (ulong)item.PriceMicros,
            (uint)item.Genres.Count | ((ulong)(uint)item.Tags.Count << CountBits) | ((ulong)(uint)item.Creators.Count << (2 * CountBits)),
        };
        words.AddRange(texts);
        words.AddRange(numberKeys);
        words.AddRange(numbers);
        return CollectionsMarshal.AsSpan(words);
    }

    private static void Add(List<ulong> keys, ulong field, IReadOnlyList<string> texts)
    {
        foreach (var text in texts) keys.Add(FieldKeys.Of(field, FieldKeys.OfText(text)));
    }

    private int Counted(int field) => _words.IsEmpty ? 0 : (int)((_words[5] >> (field * CountBits)) & CountMask);

    private static PresentFields Present(CatalogueItem item) =>
        (item.Genres.Count > 0 ? PresentFields.Genres : 0)
        | (item.Tags.Count > 0 ? PresentFields.Tags : 0)
        | (item.Creators.Count > 0 ? PresentFields.Creators : 0)
        | (item.Languages.Count > 0 ? PresentFields.Languages : 0)
        | (item.PriceCurrency.Length > 0 ? PresentFields.Price : 0)
        | (item.PublishTimeMs is not null ? PresentFields.PublishTime : 0)
        | (item.DurationMs > 0 ? PresentFields.Duration : 0)
        | (item.ParentId.Length > 0 ? PresentFields.Parent : 0)
        | (item.Ordinal > 0 ? PresentFields.Ordinal : 0);
}
