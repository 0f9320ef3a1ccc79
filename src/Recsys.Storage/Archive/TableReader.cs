using Parquet;
using Parquet.Schema;

namespace Recsys.Storage.Archive;

/// <summary>Reads a table that <see cref="TableWriter"/> wrote, row group by row group, only the columns that are asked for.</summary>
public sealed class TableReader : IAsyncDisposable
{
    private readonly string _path;
    private readonly ParquetReader _reader;

    private TableReader(string path, ParquetReader reader)
    {
        _path = path;
        _reader = reader;
    }

    /// <summary>Row groups.</summary>
    public int GroupCount => _reader.RowGroupCount;

    /// <summary>Opens a table.</summary>
    /// <exception cref="StoreFormatException">It's missing, cut or damaged.</exception>
    public static async Task<TableReader> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new(path, await ParquetReader.CreateAsync(path, cancellationToken: cancellationToken));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The library throws whatever its decoder stumbles over.
            throw new StoreFormatException($"{path} can't be read as a Parquet file: it's missing, cut or damaged. {error.Message}", error);
        }
    }

    /// <summary>Reads columns of a row group: [column][row].</summary>
    /// <exception cref="StoreFormatException">A column is missing or can't be read.</exception>
    public async Task<TableCell[][]> ReadAsync(int group, IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        var cells = new TableCell[columns.Count][];
        for (var i = 0; i < cells.Length; i++)
        {
            var column = columns[i];
            if (Array.Find(_reader.Schema.DataFields, field => field.Name == column.Name) is not { } field)
            {
                if (!column.IsLater) throw new StoreFormatException($"{_path} has no column \"{column.Name}\".");
                cells[i] = new TableCell[_reader.RowGroups[group].RowCount];
                continue;
            }

            try
            {
                cells[i] = await ReadAsync(_reader.RowGroups[group], field, column.Type, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The library throws whatever its decoder stumbles over.
                throw new StoreFormatException($"{_path}, column \"{column.Name}\": it can't be read, the file is damaged. {error.Message}", error);
            }
        }

        return cells;
    }

    /// <summary>Closes the file.</summary>
    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private static async Task<TableCell[]> ReadAsync(ParquetRowGroupReader rows, DataField field, ColumnType type, CancellationToken cancellationToken)
    {
        var count = (int)rows.RowCount;
        switch (type)
        {
            case ColumnType.Whole:
                return await TypedAsync<long>(value => TableCell.Of(value));
            case ColumnType.Real:
                return await TypedAsync<double>(value => TableCell.Of(value));
            case ColumnType.Flag:
                return await TypedAsync<bool>(TableCell.Of);
            case ColumnType.Time:
                return await TypedAsync<DateTime>(value => TableCell.Of((long?)(value.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond));
            default:
                var texts = new string?[count];
                await rows.ReadAsync(field, texts, cancellationToken: cancellationToken);
                return Array.ConvertAll(texts, TableCell.Of);
        }

        async Task<TableCell[]> TypedAsync<T>(Func<T, TableCell> cell)
            where T : struct
        {
            var values = new T?[count];
            await rows.ReadAsync<T>(field, values, cancellationToken: cancellationToken);
            return Array.ConvertAll(values, value => value is { } given ? cell(given) : default);
        }
    }
}
