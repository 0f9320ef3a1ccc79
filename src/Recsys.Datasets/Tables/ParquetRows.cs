using Parquet;
using Parquet.Schema;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>Reads Parquet files row group by row group, only the columns that are asked for.</summary>
internal static class ParquetRows
{
    /// <summary>Whether the file starts as Parquet files do.</summary>
    public static bool IsParquet(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PAR1"u8);
    }

    /// <summary>The names of the columns that hold one value a row.</summary>
    /// <exception cref="DatasetFormatException">It isn't a whole Parquet file.</exception>
    public static IReadOnlyList<string> ReadNames(string path)
    {
        var reader = Open(path);
        try
        {
            return [.. Plain(reader).Select(field => field.Name)];
        }
        finally
        {
            Now(reader.DisposeAsync());
        }
    }

    /// <summary>The rows, numbered from 1. A row group that can't be read is rejected as a whole, and reading goes on with the next.</summary>
    public static IEnumerable<(long Number, string Text, IRow Row)> Read(SourceFile file, TableColumns columns, CancellationToken cancellationToken)
    {
        var reader = Open(file.Path);
        try
        {
            var wanted = columns.Sources.Select(source => source.Column).ToHashSet(StringComparer.Ordinal);
            var fields = Plain(reader).Where(field => wanted.Contains(field.Name)).ToArray();
            var (number, bytes) = (0L, new FileInfo(file.Path).Length);
            for (var group = 0; group < reader.RowGroupCount; group++)
            {
                var rows = reader.RowGroups[group];
                if (ReadGroup(file, rows, fields, number, cancellationToken) is { } texts)
                {
                    for (var i = 0; i < rows.RowCount; i++)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        file.CountRow();
                        yield return (number + i + 1, ParquetRow.Whole(texts, i), new ParquetRow(texts, i, trim: !columns.IsExport));
                    }
                }

                number += rows.RowCount;
                file.CountBytes(bytes * (group + 1) / reader.RowGroupCount - bytes * group / reader.RowGroupCount);
            }
        }
        finally
        {
            Now(reader.DisposeAsync());
        }
    }

    private static Dictionary<string, Func<int, string>>? ReadGroup(
        SourceFile file, ParquetRowGroupReader rows, DataField[] fields, long before, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, Func<int, string>>(StringComparer.Ordinal);
        try
        {
            foreach (var field in fields) texts[field.Name] = Now(ParquetTexts.ReadAsync(rows, field, cancellationToken));
            return texts;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The library throws whatever its decoder stumbles over.
            file.Reject(before + 1, "", $"the {rows.RowCount} rows from this one on can't be read: {e.Message}");
            return null;
        }
    }

    private static IEnumerable<DataField> Plain(ParquetReader reader) => reader.Schema.Fields.OfType<DataField>().Where(field => !field.IsArray);

    private static ParquetReader Open(string path)
    {
        try
        {
            return Now(new ValueTask<ParquetReader>(ParquetReader.CreateAsync(path)));
        }
        catch (Exception e) when (e is not (FileNotFoundException or UnauthorizedAccessException))
        {
            // The library throws whatever its decoder stumbles over.
            throw new DatasetFormatException($"{path} is no whole Parquet file: {e.Message}");
        }
    }

    // Data sets are read by a thread of their own, record by record, and the library reads files by asynchronous calls only.
    private static T Now<T>(ValueTask<T> call) => call.AsTask().GetAwaiter().GetResult();

    private static void Now(ValueTask call) => call.AsTask().GetAwaiter().GetResult();
}
