using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters;

/// <summary>For what list a filter is asked: the catalogue it reads and the values of `context.*`, `account.*` and `now`. Made once a list.</summary>
internal readonly record struct FilterContext
{
    private readonly ulong _country;
    private readonly ulong _locale;
    private readonly ulong _language;

    private FilterContext(CatalogueMirror catalogue, string country, string locale)
    {
        Catalogue = catalogue;
        CountryCode = ListFilter.CountryCode(country.ToUpperInvariant());
        _country = Hash(country);
        _locale = Hash(locale);
        _language = Hash(locale.Split('-', 2)[0]);
    }

    /// <summary>The catalogue.</summary>
    public CatalogueMirror Catalogue { get; }

    /// <summary>The moment the list is for, Unix ms.</summary>
    public long NowMs { get; private init; }

    /// <summary>As <see cref="ListFilter.Country"/>.</summary>
    public ushort CountryCode { get; }

    /// <summary>Years; NaN: there is none.</summary>
    public double MaturityCeiling { get; private init; }

    /// <summary>The request's; null: nobody can end it, and nothing is kept.</summary>
    public FilterWork? Work { get; private init; }

    /// <summary>A context.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="nowMs">The moment the list is for, Unix ms.</param>
    /// <param name="country">ISO 3166-1 alpha-2; empty: unknown.</param>
    /// <param name="locale">BCP 47; empty: unknown.</param>
    /// <param name="maturityCeiling">The ceiling that holds for the list; null: none.</param>
    /// <param name="work">As <see cref="Work"/>.</param>
    public static FilterContext For(CatalogueMirror catalogue, long nowMs, string country, string locale, int? maturityCeiling, FilterWork? work = null) =>
        new(catalogue, country, locale) { NowMs = nowMs, MaturityCeiling = maturityCeiling ?? double.NaN, Work = work };

    /// <summary>Hash of a text of the request (<see cref="FieldKeys.OfText"/>); 0: unknown.</summary>
    public ulong TextHash(ContextText text) => text switch
    {
        ContextText.Country => _country,
        ContextText.Locale => _locale,
        _ => _language,
    };

    private static ulong Hash(string text) => text.Length == 0 ? 0 : FieldKeys.OfText(text);
}
