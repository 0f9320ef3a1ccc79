using Parquet;
using Parquet.Schema;

namespace Recsys.Storage.Archive;

/// <summary>A file of whole numbers that is being written, row group by row group.</summary>
internal sealed class WholeColumns : IAsyncDisposable
{
    private readonly FileStream _stream;
    private readonly DataField[] _fields;
    private readonly long[][] _columns;
    private ParquetWriter? _file;
    private int _count;

    private WholeColumns(FileStream stream, ParquetSchema schema, int capacity)
    {
        _stream = stream;
        _fields = schema.DataFields;
        _columns = Array.ConvertAll(_fields, _ => new long[capacity]);
    }

    /// <summary>Rows written so far.</summary>
    public int RowCount { get; private set; }

    public static async Task<WholeColumns> CreateAsync(string path, ParquetSchema schema, int capacity, CancellationToken cancellationToken)
    {
        var columns = new WholeColumns(File.Create(path), schema, capacity);
        columns._file = await ParquetWriter.CreateAsync(schema, columns._stream, TrainingSetFiles.Options, cancellationToken: cancellationToken);
        return columns;
    }

    /// <summary>Adds a row: a value a column.</summary>
    /// <exception cref="InvalidOperationException">There would be more than 2^31 - 1 rows.</exception>
    public async ValueTask AddAsync(ReadOnlyMemory<long> row, CancellationToken cancellationToken)
    {
        if (RowCount == int.MaxValue)
            throw new InvalidOperationException($"A file of a training set holds at most {int.MaxValue} rows.");
        for (int i = 0; i < _columns.Length; i++)
            _columns[i][_count] = row.Span[i];
        RowCount++;
        if (++_count == _columns[0].Length)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Writes what is left and the footer.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync();
        _file = null;
        await _stream.DisposeAsync();
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_count == 0)
            return;
        using var group = _file!.CreateRowGroup();
        for (int i = 0; i < _fields.Length; i++)
            await group.WriteAsync<long>(_fields[i], _columns[i].AsMemory(0, _count), cancellationToken: cancellationToken);
        group.CompleteValidate();
        _count = 0;
    }
}
