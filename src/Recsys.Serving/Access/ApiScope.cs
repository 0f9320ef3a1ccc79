namespace Recsys.Serving.Access;

/// <summary>What a key allows.</summary>
[Flags]
public enum ApiScope : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Write events, items and users.</summary>
    Ingest = 1,

    /// <summary>Read lists, items, users, models and placements.</summary>
    Read = 2,

    /// <summary>Train and switch models, change placements, delete and export users; on "*", keys too.</summary>
    Admin = 4,
}
