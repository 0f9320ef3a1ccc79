using CsCheck;
using Parquet;
using Parquet.Schema;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Tests.Storage;

public sealed class TrainingSetTests : IDisposable
{
    private static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _parent = Directory.CreateTempSubdirectory("recsys-set-").FullName;
    private int _folders;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task Any_users_when_written_then_read_back_in_order()
    {
        var users = Gen.Select(Gen.UInt[1, 50], Gen.Byte, Gen.Byte, Gen.Long[0, 1L << 42], (item, kind, strength, time) =>
            new TrainingInteraction(item, kind, strength, time)).Array[0, 8].Array[0, 20];
        await Gen.Select(users, Gen.Int[1, 30]).SampleAsync(
            async (histories, rowGroupSize) =>
            {
                string folder = await WriteAsync(histories, rowGroupSize);
                var set = await TrainingSetReader.ReadAsync(folder, default);
                Assert.Equal(histories.Length, set.Manifest.Users);
                Assert.Equal(histories.Length + 1, set.UserOffsets.Length);
                for (int user = 0; user < histories.Length; user++)
                {
                    var read = Enumerable.Range(set.UserOffsets[user], set.UserOffsets[user + 1] - set.UserOffsets[user])
                        .Select(i => new TrainingInteraction(set.Items[i], set.Kinds[i], set.Strengths[i], set.TimesMs[i]));
                    Assert.Equal(histories[user], read);
                }

                Assert.Equal(Enumerable.Range(1, 50).Select(i => (uint)i), set.ItemNumbers);
                Assert.Equal(set.ItemNumbers.Select(n => $"item 😀 {n}"), set.ItemIds);
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public async Task A_set_when_complete_then_its_manifest_says_what_is_in_it()
    {
        string folder = await WriteAsync([[new(3, 1, 255, 7)], [], [new(4, 2, 250, 8), new(3, 1, 0, 9)]]);
        var manifest = await TrainingSetReader.ReadManifestAsync(folder, default);
        var expected = new TrainingSetManifest
        {
            Format = 1,
            Namespace = "default",
            Created = Created,
            Users = 3,
            Items = 50,
            Interactions = 3,
            ItemCategories = 0,
            Exposures = 0,
            Split = TrainingSetSplit.LeaveOneOut,
        };
        Assert.Equal(expected, manifest);
        Assert.Contains("\"split\": \"leave-one-out\"", await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json")));
    }

    [Fact]
    public async Task What_was_shown_and_what_items_are_when_written_then_read_back()
    {
        var random = new Random(7);
        var facts = Enumerable.Range(0, 50)
            .Select(i => new TrainingItemFacts(i * 1_000L, i % 3 * 60_000L, Enumerable.Range(0, i % 4).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue)).ToArray()))
            .ToArray();
        var shown = Enumerable.Range(0, 6).Select(user => Enumerable.Range(0, user % 3 * 20).Select(i => new TrainingExposure((uint)random.Next(1, 90), i / 7, i % 7, i)).ToArray()).ToArray();
        string folder = Path.Combine(_parent, "shown");
        await using (var writer = await TrainingSetWriter.CreateAsync(folder, "default", TrainingSetSplit.None, Created, default, rowGroupSize: 11))
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => writer.AddExposuresAsync(shown[1], default).AsTask());
            foreach (var exposures in shown)
            {
                await writer.AddUserAsync(new TrainingInteraction[] { new(1, 1, 1, 1) }, default);
                await writer.AddExposuresAsync(exposures, default);
            }

            for (uint number = 1; number <= 50; number++)
                await writer.AddItemAsync(number, $"{number}", facts[number - 1], default);
            await writer.CompleteAsync(default);
        }

        var set = await TrainingSetReader.ReadAsync(folder, default);
        for (int item = 0; item < facts.Length; item++)
        {
            Assert.Equal((facts[item].BornMs, facts[item].DurationMs), (set.ItemFacts![item].BornMs, set.ItemFacts[item].DurationMs));
            Assert.Equal(facts[item].Categories.ToArray(), set.ItemFacts[item].Categories.ToArray());
        }

        var read = set.Exposures!;
        for (int user = 0; user < shown.Length; user++)
        {
            Assert.Equal(shown[user], Enumerable.Range(read.UserOffsets[user], read.UserOffsets[user + 1] - read.UserOffsets[user])
                .Select(row => new TrainingExposure(read.Items[row], read.Lists[row], read.Positions[row], read.TimesMs[row])));
        }

        // As a set of an earlier version, which has neither.
        string manifest = Path.Combine(folder, "manifest.json");
        await File.WriteAllTextAsync(manifest, System.Text.RegularExpressions.Regex.Replace(await File.ReadAllTextAsync(manifest), "\"(item_categories|exposures)\": \\d+,", ""));
        set = await TrainingSetReader.ReadAsync(folder, default);
        Assert.True(set is { ItemFacts: null, Exposures: null });
    }

    [Theory]
    [InlineData("exposures.parquet")]
    [InlineData("item_facts.parquet")]
    [InlineData("item_categories.parquet")]
    public async Task A_further_file_when_missing_or_damaged_then_named(string file)
    {
        string path = Path.Combine(await WriteAsync([[new(3, 1, 255, 7)]]), file);
        await File.WriteAllTextAsync(path, "not parquet");
        Assert.Contains(file, (await Assert.ThrowsAsync<StoreFormatException>(() => TrainingSetReader.ReadAsync(Path.GetDirectoryName(path)!, default))).Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains(file, (await Assert.ThrowsAsync<StoreFormatException>(() => TrainingSetReader.ReadAsync(Path.GetDirectoryName(path)!, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_when_not_completed_then_nothing_is_left()
    {
        string folder = Path.Combine(_parent, "given up");
        await using (var writer = await TrainingSetWriter.CreateAsync(folder, "default", TrainingSetSplit.None, Created, default))
            await writer.AddUserAsync(new TrainingInteraction[] { new(1, 1, 1, 1) }, default);
        Assert.Empty(Directory.GetFileSystemEntries(_parent));
    }

    [Fact]
    public async Task A_folder_when_there_already_then_it_is_not_written_over()
    {
        string folder = await WriteAsync([]);
        await Assert.ThrowsAsync<IOException>(() => TrainingSetWriter.CreateAsync(folder, "default", TrainingSetSplit.None, Created, default));
    }

    [Theory]
    [InlineData("interactions.parquet")]
    [InlineData("items.parquet")]
    public async Task A_file_when_cut_anywhere_then_the_error_names_it(string file)
    {
        string folder = await WriteAsync([[new(3, 1, 255, 7)], [new(4, 2, 250, 8)]]);
        string path = Path.Combine(folder, file);
        byte[] whole = await File.ReadAllBytesAsync(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            var error = await Assert.ThrowsAsync<StoreFormatException>(() => TrainingSetReader.ReadAsync(folder, default));
            Assert.Contains(path, error.Message);
        }
    }

    [Fact]
    public async Task A_column_when_of_another_type_then_the_error_names_it()
    {
        string folder = await WriteAsync([[new(3, 1, 255, 7)]]);
        await WriteInteractionsAsync(folder, new DataField<double>("strength"), 0, 3);
        await AssertWrongAsync(folder, "\"strength\"", "Double where Int32");
        await WriteInteractionsAsync(folder, new DataField<double>("power"), 0, 3);
        await AssertWrongAsync(folder, "\"strength\"", "missing");
    }

    [Theory]
    [InlineData(-1, 3, "\"user\"")]
    [InlineData(1, 3, "\"user\"")]
    [InlineData(0, 51, "\"item\"")]
    [InlineData(0, 4294967299, "\"item\"")]
    public async Task A_value_when_out_of_range_then_the_error_names_its_column(int user, long item, string column)
    {
        string folder = await WriteAsync([[new(3, 1, 255, 7)]]);
        await WriteInteractionsAsync(folder, new DataField<int>("strength"), user, item);
        await AssertWrongAsync(folder, column, "row 0");
    }

    [Fact]
    public async Task Rows_when_not_sorted_by_user_or_more_than_the_manifest_says_then_refused()
    {
        string folder = await WriteAsync([[new(3, 1, 255, 7)], [new(3, 1, 255, 7)]]);
        await WriteInteractionsAsync(folder, new DataField<int>("strength"), 1, 3, rows: 2, secondUser: 0);
        await AssertWrongAsync(folder, "\"user\"", "sorted");
        await WriteInteractionsAsync(folder, new DataField<int>("strength"), 0, 3, rows: 3);
        await AssertWrongAsync(folder, "3 rows", "manifest says 2");
    }

    [Theory]
    [InlineData("{}", "format")]
    [InlineData("not json", "can't be read")]
    [InlineData("null", "empty")]
    public async Task A_manifest_when_wrong_then_the_error_says_how(string text, string expected)
    {
        string folder = await WriteAsync([]);
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.json"), text);
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => TrainingSetReader.ReadAsync(folder, default));
        Assert.Contains("manifest.json", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task A_newer_format_when_read_then_refused()
    {
        string path = Path.Combine(await WriteAsync([]), "manifest.json");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => TrainingSetReader.ReadManifestAsync(Path.GetDirectoryName(path)!, default));
        Assert.Contains("format 2", error.Message);
    }

    private static async Task AssertWrongAsync(string folder, params string[] parts)
    {
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => TrainingSetReader.ReadAsync(folder, default));
        Assert.Contains("interactions.parquet", error.Message);
        Assert.All(parts, part => Assert.Contains(part, error.Message));
    }

    private static async Task WriteInteractionsAsync(string folder, DataField strength, int user, long item, int rows = 1, int? secondUser = null)
    {
        DataField[] fields = [new DataField<int>("user"), new DataField<long>("item"), new DataField<int>("kind"), strength, new DataField<long>("time_ms")];
        await using var stream = File.Create(Path.Combine(folder, "interactions.parquet"));
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        using var group = writer.CreateRowGroup();
        int[] users = [.. Enumerable.Repeat(user, 1), .. Enumerable.Repeat(secondUser ?? user, rows - 1)];
        await group.WriteAsync<int>(fields[0], users);
        await group.WriteAsync<long>(fields[1], Enumerable.Repeat(item, rows).ToArray());
        await group.WriteAsync<int>(fields[2], new int[rows]);
        if (strength.ClrType == typeof(double))
            await group.WriteAsync<double>(strength, new double[rows]);
        else
            await group.WriteAsync<int>(strength, new int[rows]);
        await group.WriteAsync<long>(fields[4], new long[rows]);
    }

    private async Task<string> WriteAsync(TrainingInteraction[][] histories, int rowGroupSize = 100)
    {
        string folder = Path.Combine(_parent, $"{++_folders}");
        await using var writer = await TrainingSetWriter.CreateAsync(folder, "default", TrainingSetSplit.LeaveOneOut, Created, default, rowGroupSize);
        foreach (var history in histories)
            await writer.AddUserAsync(history, default);
        for (uint number = 1; number <= 50; number++)
            await writer.AddItemAsync(number, $"item 😀 {number}", TrainingItemFacts.Unknown, default);
        await writer.CompleteAsync(default);
        return folder;
    }
}
