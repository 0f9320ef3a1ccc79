namespace Recsys.Serving.Placements;

/// <summary>How much a placement may hold; recsys.v1.Placement states them.</summary>
public static class PlacementLimits
{
    /// <summary>Placements of a namespace.</summary>
    public const int Placements = 1_000;

    /// <summary>Versions of a placement that are kept, with the newest.</summary>
    public const int Versions = 50;

    /// <summary>Sources that can be named: all.</summary>
    public const int Sources = 8;

    /// <summary>Caps.</summary>
    public const int Caps = 20;

    /// <summary>Pins.</summary>
    public const int Pins = 200;

    /// <summary>Boosts.</summary>
    public const int Boosts = 200;

    /// <summary>Items that a boost names.</summary>
    public const int BoostItems = 1_000;

    /// <summary>Places of a list, and items of a page.</summary>
    public const int Places = 500;

    /// <summary>Lists and impressions of a frequency cap.</summary>
    public const int Impressions = 1_000;

    /// <summary>Days of a seen policy.</summary>
    public const int SeenDays = 3_650;

    /// <summary>Bytes of UTF-8 of a filter.</summary>
    public const int FilterBytes = 16_384;

    /// <summary>Values to compare with, HAS and available_in in all filters together, as many as one filter may have: each list may ask all of them of the whole catalogue.</summary>
    public const int FilterTerms = Filters.FilterParser.MaxTerms;

    /// <summary>Bytes of UTF-8 of a title key.</summary>
    public const int TitleKeyBytes = 256;

    /// <summary>Bytes of a placement's stored form.</summary>
    public const int DocumentBytes = 1 << 20;

    /// <summary>The greatest weight or factor.</summary>
    public const double Factor = 100;

    /// <summary>The factors of one item multiplied count as this where they are more, and as one by it where they are less: nobody needs more, and counts stay finite.</summary>
    public const double FactorProduct = 1e12;

    /// <summary>The least share of exploration but none: by less, an item's propensity would be too small to divide by.</summary>
    public const double LeastExploration = 0.001;

    /// <summary>The greatest share of exploration.</summary>
    public const double Exploration = 0.5;

    /// <summary>How long a frequency cap looks back at most, ms.</summary>
    public const long FrequencyPeriodMs = 365L * 24 * 3_600 * 1_000;
}
