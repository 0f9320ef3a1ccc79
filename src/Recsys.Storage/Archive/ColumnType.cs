namespace Recsys.Storage.Archive;

/// <summary>What a table's column holds. Every value may be missing.</summary>
public enum ColumnType
{
    /// <summary>Text; an empty one counts as missing.</summary>
    Text = 1,

    /// <summary>JSON, as text.</summary>
    Json = 2,

    /// <summary>A whole number of 64 bits.</summary>
    Whole = 3,

    /// <summary>A number of double precision.</summary>
    Real = 4,

    /// <summary>True or false.</summary>
    Flag = 5,

    /// <summary>A moment, to the millisecond.</summary>
    Time = 6,
}
