using Parquet.Schema;

namespace Recsys.Storage.Archive;

/// <summary>Reads what sets of earlier versions don't have: facts of items, and what was shown.</summary>
internal static class TrainingSetExtras
{
    /// <summary>[items]: in the order of the numbers.</summary>
    /// <exception cref="StoreFormatException">Something is missing or wrong; names the file and the column.</exception>
    public static async Task<TrainingItemFacts[]> ReadFactsAsync(string folder, uint[] itemNumbers, int categoryRows, CancellationToken cancellationToken)
    {
        await using var factFile = await ParquetColumns.OpenAsync(
            Path.Combine(folder, TrainingSetFiles.Facts), TrainingSetFiles.FactSchema, itemNumbers.Length, cancellationToken);
        await using var categoryFile = await ParquetColumns.OpenAsync(
            Path.Combine(folder, TrainingSetFiles.Categories), TrainingSetFiles.CategorySchema, categoryRows, cancellationToken);
        long[][] facts = await ReadAsync(factFile, TrainingSetFiles.FactSchema, itemNumbers.Length, cancellationToken);
        long[][] categories = await ReadAsync(categoryFile, TrainingSetFiles.CategorySchema, categoryRows, cancellationToken);
        ulong[] keys = Array.ConvertAll(categories[1], key => (ulong)key);
        var read = new TrainingItemFacts[itemNumbers.Length];
        int next = 0;
        for (int item = 0; item < read.Length; item++)
        {
            if (facts[0][item] != itemNumbers[item])
                throw factFile.Wrong(TrainingSetFiles.Number, $"{facts[0][item]} in row {item} where {itemNumbers[item]} is expected");
            if (facts[2][item] < 0)
                throw factFile.Wrong(TrainingSetFiles.Duration, $"{facts[2][item]} in row {item} is no duration");
            int start = next;
            while (next < keys.Length && categories[0][next] == itemNumbers[item])
                next++;
            read[item] = new(facts[1][item], facts[2][item], keys.AsMemory(start, next - start));
        }

        if (next < keys.Length)
            throw categoryFile.Wrong(TrainingSetFiles.Number, $"{categories[0][next]} in row {next} is no item, or doesn't come in order");
        return read;
    }

    /// <exception cref="StoreFormatException">Something is missing or wrong; names the file and the column.</exception>
    public static async Task<TrainingExposures> ReadExposuresAsync(string folder, int users, int rows, CancellationToken cancellationToken)
    {
        await using var file = await ParquetColumns.OpenAsync(
            Path.Combine(folder, TrainingSetFiles.Exposures), TrainingSetFiles.ExposureSchema, rows, cancellationToken);
        long[][] columns = await ReadAsync(file, TrainingSetFiles.ExposureSchema, rows, cancellationToken);
        int[] offsets = new int[users + 1];
        for (int row = 0; row < rows; row++)
        {
            if (columns[0][row] < 0 || columns[0][row] >= users || (row > 0 && columns[0][row] < columns[0][row - 1]))
                throw file.Wrong(TrainingSetFiles.UserNumber, $"{columns[0][row]} in row {row} is no user, or doesn't come in order");
            if (columns[1][row] is < 1 or > uint.MaxValue)
                throw file.Wrong(TrainingSetFiles.Item, $"{columns[1][row]} in row {row} is no item number");
            if (columns[2][row] is < 0 or > int.MaxValue)
                throw file.Wrong(TrainingSetFiles.List, $"{columns[2][row]} in row {row} is no list");
            if (columns[3][row] is < 0 or > int.MaxValue)
                throw file.Wrong(TrainingSetFiles.Position, $"{columns[3][row]} in row {row} is no position");
            offsets[columns[0][row] + 1]++;
        }

        for (int user = 0; user < users; user++)
            offsets[user + 1] += offsets[user];
        return new(
            offsets, Array.ConvertAll(columns[1], value => (uint)value), Array.ConvertAll(columns[2], value => (int)value), Array.ConvertAll(columns[3], value => (int)value), columns[4]);
    }

    private static async Task<long[][]> ReadAsync(ParquetColumns file, ParquetSchema schema, int rows, CancellationToken cancellationToken)
    {
        long[][] columns = Array.ConvertAll(schema.DataFields, _ => new long[rows]);
        for (int group = 0, row = 0; group < file.GroupCount; group++)
        {
            int read = 0;
            for (int i = 0; i < columns.Length; i++)
            {
                long[] values = await file.ReadAsync<long>(group, schema.DataFields[i], cancellationToken);
                values.CopyTo(columns[i], row);
                read = values.Length;
            }

            row += read;
        }

        return columns;
    }
}
