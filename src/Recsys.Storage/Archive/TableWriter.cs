using Parquet;
using Parquet.Schema;

namespace Recsys.Storage.Archive;

/// <summary>Writes a table as one Parquet file, row after row, in the memory of one row group. Not thread-safe.</summary>
public sealed class TableWriter : IAsyncDisposable
{
    private const int DefaultRowGroupSize = 50_000;
    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Snappy };

    private readonly FileStream _stream;
    private readonly DataField[] _fields;
    private readonly ColumnBuffer[] _columns;
    private readonly int _rowGroupSize;
    private ParquetWriter? _parquet;
    private int _count;

    private TableWriter(FileStream stream, IReadOnlyList<TableColumn> columns, int rowGroupSize)
    {
        _stream = stream;
        _fields = [.. columns.Select(ColumnBuffer.FieldOf)];
        _columns = [.. columns.Select(column => new ColumnBuffer(column, rowGroupSize))];
        _rowGroupSize = rowGroupSize;
    }

    /// <summary>Starts a table.</summary>
    /// <param name="stream">An empty file; the writer owns it.</param>
    /// <param name="columns">The columns, in order.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="rowGroupSize">Rows of a row group.</param>
    public static async Task<TableWriter> CreateAsync(
        FileStream stream, IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken, int rowGroupSize = DefaultRowGroupSize)
    {
        var writer = new TableWriter(stream, columns, rowGroupSize);
        try
        {
            writer._parquet = await ParquetWriter.CreateAsync(new ParquetSchema(writer._fields), stream, Options, cancellationToken: cancellationToken);
            return writer;
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a row: one value a column.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<TableCell> row, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _columns.Length; i++) _columns[i].Set(_count, row.Span[i]);
        if (++_count == _rowGroupSize) await FlushAsync(cancellationToken);
    }

    /// <summary>Writes what is left, and syncs the file to disk.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await _parquet!.DisposeAsync();
        _parquet = null;
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>Closes the file; it's whole only after <see cref="CompleteAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_parquet is not null) await _parquet.DisposeAsync();
        await _stream.DisposeAsync();
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_count == 0) return;
        using var group = _parquet!.CreateRowGroup();
        for (var i = 0; i < _columns.Length; i++) await _columns[i].WriteAsync(group, _fields[i], _count, cancellationToken);
        group.CompleteValidate();
        _count = 0;
    }
}
