using Parquet;
using Parquet.Schema;

namespace Recsys.Storage.Archive;

/// <summary>The values of one column of a row group that is being filled.</summary>
internal sealed class ColumnBuffer
{
    private readonly ColumnType _type;
    private readonly string?[] _texts = [];
    private readonly long?[] _wholes = [];
    private readonly double?[] _reals = [];
    private readonly bool?[] _flags = [];
    private readonly DateTime?[] _times = [];

    public ColumnBuffer(TableColumn column, int capacity)
    {
        _type = column.Type;
        switch (column.Type)
        {
            case ColumnType.Whole:
                _wholes = new long?[capacity];
                break;
            case ColumnType.Real:
                _reals = new double?[capacity];
                break;
            case ColumnType.Flag:
                _flags = new bool?[capacity];
                break;
            case ColumnType.Time:
                _times = new DateTime?[capacity];
                break;
            default:
                _texts = new string?[capacity];
                break;
        }
    }

    public static DataField FieldOf(TableColumn column) => column.Type switch
    {
        ColumnType.Whole => new DataField<long?>(column.Name),
        ColumnType.Real => new DataField<double?>(column.Name),
        ColumnType.Flag => new DataField<bool?>(column.Name),
        ColumnType.Time => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: true),
        _ => new DataField<string>(column.Name),
    };

    public void Set(int row, in TableCell cell)
    {
        switch (_type)
        {
            case ColumnType.Whole:
                _wholes[row] = cell.HasValue ? cell.Whole : null;
                break;
            case ColumnType.Real:
                _reals[row] = cell.HasValue ? cell.Real : null;
                break;
            case ColumnType.Flag:
                _flags[row] = cell.HasValue ? cell.Flag : null;
                break;
            case ColumnType.Time:
                _times[row] = cell.HasValue ? DateTime.UnixEpoch.AddMilliseconds(cell.Whole) : null;
                break;
            default:
                _texts[row] = cell.Text;
                break;
        }
    }

    public async Task WriteAsync(ParquetRowGroupWriter group, DataField field, int count, CancellationToken cancellationToken)
    {
        switch (_type)
        {
            case ColumnType.Whole:
                await group.WriteAsync<long>(field, _wholes.AsMemory(0, count), cancellationToken: cancellationToken);
                break;
            case ColumnType.Real:
                await group.WriteAsync<double>(field, _reals.AsMemory(0, count), cancellationToken: cancellationToken);
                break;
            case ColumnType.Flag:
                await group.WriteAsync<bool>(field, _flags.AsMemory(0, count), cancellationToken: cancellationToken);
                break;
            case ColumnType.Time:
                await group.WriteAsync<DateTime>(field, _times.AsMemory(0, count), cancellationToken: cancellationToken);
                break;
            default:
                await group.WriteAsync(field, new ArraySegment<string?>(_texts, 0, count)!);
                break;
        }
    }
}
