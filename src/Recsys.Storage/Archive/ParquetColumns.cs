using Parquet;
using Parquet.Schema;

namespace Recsys.Storage.Archive;

/// <summary>A Parquet file with expected columns; every error names the file and, where there is one, the column.</summary>
internal sealed class ParquetColumns : IAsyncDisposable
{
    private readonly string _path;
    private readonly ParquetReader _reader;

    private ParquetColumns(string path, ParquetReader reader)
    {
        _path = path;
        _reader = reader;
    }

    public int GroupCount => _reader.RowGroupCount;

    /// <exception cref="StoreFormatException">Missing, not Parquet, damaged, or other columns or rows than expected.</exception>
    public static async Task<ParquetColumns> OpenAsync(string path, ParquetSchema expected, int rowCount, CancellationToken cancellationToken)
    {
        ParquetReader reader;
        try
        {
            reader = await ParquetReader.CreateAsync(path, cancellationToken: cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The library throws whatever its decoder stumbles over.
            throw new StoreFormatException($"{path} can't be read as a Parquet file: it's missing, cut or damaged. {error.Message}", error);
        }

        var file = new ParquetColumns(path, reader);
        try
        {
            foreach (var column in expected.DataFields)
                file.Require(column);
            long rows = reader.RowGroups.Sum(group => group.RowCount);
            if (rows != rowCount)
                throw new StoreFormatException($"{path} has {rows} rows where the manifest says {rowCount}.");
            return file;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    public async Task<T[]> ReadAsync<T>(int group, DataField column, CancellationToken cancellationToken)
        where T : struct
    {
        var rows = _reader.RowGroups[group];
        var values = new T[rows.RowCount];
        await GuardAsync(column, async () => await rows.ReadAsync<T>(Find(column), values, cancellationToken: cancellationToken));
        return values;
    }

    public Task ReadTextAsync(int group, DataField column, Memory<string?> values, CancellationToken cancellationToken) =>
        GuardAsync(column, async () => await _reader.RowGroups[group].ReadAsync(Find(column), values, cancellationToken: cancellationToken));

    public StoreFormatException Wrong(DataField column, string what) => new($"{_path}, column \"{column.Name}\": {what}.");

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private static string TypeOf(DataField column) => column.ClrType.Name + (column.IsNullable ? " or null" : "");

    private void Require(DataField expected)
    {
        var found = Array.Find(_reader.Schema.DataFields, field => field.Name == expected.Name);
        if (found is null)
            throw Wrong(expected, "it's missing");
        if (found.ClrType != expected.ClrType || found.IsNullable != expected.IsNullable || found.IsArray)
            throw Wrong(expected, $"it has type {TypeOf(found)} where {TypeOf(expected)} is expected");
    }

    private DataField Find(DataField column) => _reader.Schema.FindDataField(column.Name);

    private async Task GuardAsync(DataField column, Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The library throws whatever its decoder stumbles over.
            throw new StoreFormatException($"{_path}, column \"{column.Name}\": it can't be read, the file is damaged. {error.Message}", error);
        }
    }
}
