namespace Recsys.Storage.Archive;

/// <summary>A value of a table. Default: missing.</summary>
public readonly record struct TableCell
{
    private readonly long _bits;

    private TableCell(string? text, long bits, bool hasValue) => (Text, _bits, HasValue) = (text, bits, hasValue);

    /// <summary>False: the value is missing.</summary>
    public bool HasValue { get; }

    /// <summary>Of <see cref="ColumnType.Text"/> and <see cref="ColumnType.Json"/>; null: missing.</summary>
    public string? Text { get; }

    /// <summary>Of <see cref="ColumnType.Whole"/>; of <see cref="ColumnType.Time"/> Unix milliseconds.</summary>
    public long Whole => _bits;

    /// <summary>Of <see cref="ColumnType.Real"/>.</summary>
    public double Real => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>Of <see cref="ColumnType.Flag"/>.</summary>
    public bool Flag => _bits != 0;

    /// <summary>A text or JSON; missing if it's empty.</summary>
    public static TableCell Of(string? text) => string.IsNullOrEmpty(text) ? default : new(text, 0, true);

    /// <summary>A whole number, or a moment in Unix milliseconds.</summary>
    public static TableCell Of(long? number) => number is { } value ? new(null, value, true) : default;

    /// <summary>A number.</summary>
    public static TableCell Of(double? number) => number is { } value ? new(null, BitConverter.DoubleToInt64Bits(value), true) : default;

    /// <summary>True or false.</summary>
    public static TableCell Of(bool flag) => new(null, flag ? 1 : 0, true);
}
