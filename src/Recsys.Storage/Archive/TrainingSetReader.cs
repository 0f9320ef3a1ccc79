using System.Text.Json;

namespace Recsys.Storage.Archive;

/// <summary>Reads training sets and checks everything that training relies on.</summary>
public static class TrainingSetReader
{
    /// <summary>Reads only the manifest.</summary>
    /// <exception cref="StoreFormatException">The file is missing or wrong; says how.</exception>
    public static async Task<TrainingSetManifest> ReadManifestAsync(string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, TrainingSetFiles.Manifest);
        TrainingSetManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<TrainingSetManifest>(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StoreFormatException($"{folder} is not a training set: {path} can't be read: {error.Message}", error);
        }

        if (manifest is null)
            throw new StoreFormatException($"{path} is empty.");
        if (manifest.Format != TrainingSetManifest.CurrentFormat)
            throw new StoreFormatException($"{path} has format {manifest.Format}; this program reads format {TrainingSetManifest.CurrentFormat}.");
        if (manifest.Users is < 0 or int.MaxValue || manifest.Items < 0 || manifest.Interactions < 0 || manifest.ItemCategories < 0 || manifest.Exposures < 0)
            throw new StoreFormatException($"{path} has counts that can't be.");
        return manifest;
    }

    /// <summary>Reads a whole training set: 14 bytes an interaction, 24 an exposure, and the items' ids and facts.</summary>
    /// <exception cref="StoreFormatException">Something is missing or wrong; names the file and the column.</exception>
    public static async Task<TrainingSet> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var manifest = await ReadManifestAsync(folder, cancellationToken);
        await using var itemFile = await ParquetColumns.OpenAsync(
            Path.Combine(folder, TrainingSetFiles.Items), TrainingSetFiles.ItemSchema, manifest.Items, cancellationToken);
        await using var interactionFile = await ParquetColumns.OpenAsync(
            Path.Combine(folder, TrainingSetFiles.Interactions), TrainingSetFiles.InteractionSchema, manifest.Interactions, cancellationToken);

        string?[] itemIds = new string?[manifest.Items];
        uint[] itemNumbers = await ReadItemsAsync(itemFile, itemIds, cancellationToken);
        var set = new TrainingSet
        {
            Manifest = manifest,
            UserOffsets = new int[manifest.Users + 1],
            Items = new uint[manifest.Interactions],
            Kinds = new byte[manifest.Interactions],
            Strengths = new byte[manifest.Interactions],
            TimesMs = new long[manifest.Interactions],
            ItemNumbers = itemNumbers,
            // The column can't hold nulls.
            ItemIds = itemIds!,
            ItemFacts = manifest.ItemCategories is { } categories ? await TrainingSetExtras.ReadFactsAsync(folder, itemNumbers, categories, cancellationToken) : null,
            Exposures = manifest.Exposures is { } exposures ? await TrainingSetExtras.ReadExposuresAsync(folder, manifest.Users, exposures, cancellationToken) : null,
        };
        await ReadInteractionsAsync(interactionFile, set, cancellationToken);
        return set;
    }

    private static async Task<uint[]> ReadItemsAsync(ParquetColumns file, string?[] ids, CancellationToken cancellationToken)
    {
        uint[] numbers = new uint[ids.Length];
        for (int group = 0, row = 0; group < file.GroupCount; group++)
        {
            long[] values = await file.ReadAsync<long>(group, TrainingSetFiles.Number, cancellationToken);
            await file.ReadTextAsync(group, TrainingSetFiles.ItemId, ids.AsMemory(row, values.Length), cancellationToken);
            foreach (long value in values)
            {
                if (value is < 1 or > uint.MaxValue || (row > 0 && value <= numbers[row - 1]))
                    throw file.Wrong(TrainingSetFiles.Number, $"{value} in row {row} is no item number or doesn't come in order");
                numbers[row++] = (uint)value;
            }
        }

        return numbers;
    }

    private static async Task ReadInteractionsAsync(ParquetColumns file, TrainingSet set, CancellationToken cancellationToken)
    {
        int lastUser = 0;
        for (int group = 0, row = 0; group < file.GroupCount; group++)
        {
            int[] users = await file.ReadAsync<int>(group, TrainingSetFiles.User, cancellationToken);
            lastUser = CountUsers(file, users, row, lastUser, set.UserOffsets);
            CopyItems(file, await file.ReadAsync<long>(group, TrainingSetFiles.Item, cancellationToken), row, set);
            CopyBytes(file, TrainingSetFiles.Kind, await file.ReadAsync<int>(group, TrainingSetFiles.Kind, cancellationToken), row, set.Kinds);
            CopyBytes(file, TrainingSetFiles.Strength, await file.ReadAsync<int>(group, TrainingSetFiles.Strength, cancellationToken), row, set.Strengths);
            (await file.ReadAsync<long>(group, TrainingSetFiles.Time, cancellationToken)).CopyTo(set.TimesMs, row);
            row += users.Length;
        }

        for (int user = 0; user < set.Manifest.Users; user++)
            set.UserOffsets[user + 1] += set.UserOffsets[user];
    }

    // Leaves the number of user u's interactions in offsets[u + 1].
    private static int CountUsers(ParquetColumns file, int[] users, int firstRow, int lastUser, int[] offsets)
    {
        for (int i = 0; i < users.Length; i++)
        {
            if (users[i] < lastUser)
                throw file.Wrong(TrainingSetFiles.User, $"{users[i]} in row {firstRow + i} follows {lastUser}: rows must be sorted by user");
            if (users[i] >= offsets.Length - 1)
                throw file.Wrong(TrainingSetFiles.User, $"{users[i]} in row {firstRow + i} is no user: the manifest has {offsets.Length - 1}");
            lastUser = users[i];
            offsets[lastUser + 1]++;
        }

        return lastUser;
    }

    private static void CopyItems(ParquetColumns file, long[] values, int firstRow, TrainingSet set)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is < 1 or > uint.MaxValue || Array.BinarySearch(set.ItemNumbers, (uint)values[i]) < 0)
                throw file.Wrong(TrainingSetFiles.Item, $"{values[i]} in row {firstRow + i} is not in {TrainingSetFiles.Items}");
            set.Items[firstRow + i] = (uint)values[i];
        }
    }

    private static void CopyBytes(ParquetColumns file, Parquet.Schema.DataField column, int[] values, int firstRow, byte[] target)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is < 0 or > byte.MaxValue)
                throw file.Wrong(column, $"{values[i]} in row {firstRow + i} is not within 0 to 255");
            target[firstRow + i] = (byte)values[i];
        }
    }
}
