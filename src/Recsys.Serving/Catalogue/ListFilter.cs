namespace Recsys.Serving.Catalogue;

/// <summary>What items may be in a list, in a form that is quick to check: kinds, maturity, and availability at a place and a moment.</summary>
internal readonly struct ListFilter
{
    /// <summary>The value of <see cref="MaturityCeiling"/> for none.</summary>
    public const int NoCeiling = int.MaxValue;

    /// <summary>Every kind but the containers, which are not themselves played.</summary>
    public const uint PlayableKinds = ~((1u << (int)ItemKind.Series) | (1u << (int)ItemKind.Season));

    private ListFilter(uint kindMask, int maturityCeiling, ushort country, long timeMs)
    {
        KindMask = kindMask;
        MaturityCeiling = maturityCeiling;
        Country = country;
        TimeMs = timeMs;
    }

    /// <summary>Bit n: items of kind n.</summary>
    public uint KindMask { get; }

    /// <summary>Years; <see cref="NoCeiling"/>: none.</summary>
    public int MaturityCeiling { get; }

    /// <summary>The two letters, high byte first; 0: unknown, which meets only windows without countries.</summary>
    public ushort Country { get; }

    /// <summary>The moment the list is for, Unix ms.</summary>
    public long TimeMs { get; }

    /// <summary>A filter; no kinds: all but series and seasons; an empty country: unknown.</summary>
    public static ListFilter For(IReadOnlyList<ItemKind> kinds, int? maturityCeiling, string country, long timeMs)
    {
        var mask = 0u;
        foreach (var kind in kinds) mask |= 1u << (int)kind;
        return new(mask == 0 ? PlayableKinds : mask, maturityCeiling ?? NoCeiling, CountryCode(country), timeMs);
    }

    /// <summary>A filter that leaves out no kind.</summary>
    public static ListFilter ForAnyKind(int? maturityCeiling, string country, long timeMs) => new(uint.MaxValue, maturityCeiling ?? NoCeiling, CountryCode(country), timeMs);

    /// <summary>Two letters as a number; 0 for anything but two characters below U+0100.</summary>
    internal static ushort CountryCode(string country) =>
        country.Length == 2 && country[0] < 256 && country[1] < 256 ? (ushort)((country[0] << 8) | country[1]) : (ushort)0;
}
