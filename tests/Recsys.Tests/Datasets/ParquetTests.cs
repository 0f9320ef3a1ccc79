using ParquetSharp;
using Recsys.Datasets;
using Recsys.Storage.Archive;

namespace Recsys.Tests.Datasets;

/// <summary>Parquet files of other people's making, written by Arrow as pandas writes them.</summary>
public sealed class ParquetTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ratings_when_written_by_pandas_are_read_by_their_usual_names_over_all_row_groups()
    {
        var path = Write(
            "ratings.parquet",
            [new Column<long>("userId"), new Column<long>("movieId"), new Column<double>("rating"), new Column<long>("timestamp")],
            [[1L, 1L], [31L, 1029L], [2.5, 3.0], [1_260_759_144L, 1_260_759_179L]],
            [[2L], [10L], [4.0], [835_355_493L]]);
        var read = DatasetFolder.Read(path);
        Assert.Equal(DatasetFormat.Parquet, read.Dataset.Format);
        Assert.Equal(
            [
                ("1", "31", DatasetEventType.Rating, 2.5, 1_260_759_144_000),
                ("1", "1029", DatasetEventType.Rating, 3.0, 1_260_759_179_000),
                ("2", "10", DatasetEventType.Rating, 4.0, 835_355_493_000),
            ],
            read.Events.Select(e => (e.UserId, e.ItemId, e.Type, e.Rating!.Value, e.TimeMs)));
        Assert.Empty(read.Rejected);
        Assert.Equal(3, read.Events.Select(e => e.EventId).Distinct().Count());
        Assert.Equal(read.Events, DatasetFolder.Read(path).Events);
        Assert.Equal(new FileInfo(path).Length, read.Progress.BytesRead);
    }

    [Theory]
    [InlineData(TimeUnit.Millis)]
    [InlineData(TimeUnit.Micros)]
    [InlineData(TimeUnit.Nanos)]
    public void Times_when_timestamps_of_any_unit_are_read_as_utc(TimeUnit unit)
    {
        var time = new DateTime(2024, 5, 6, 7, 8, 9, 123, DateTimeKind.Utc);
        Column at = unit == TimeUnit.Nanos
            ? new Column<DateTimeNanos>("ts", LogicalType.Timestamp(isAdjustedToUtc: false, unit))
            : new Column<DateTime>("ts", LogicalType.Timestamp(isAdjustedToUtc: true, unit));
        var path = Write(
            "log.parquet",
            [new Column<string>("who"), new Column<string>("what"), at],
            [["ana"], ["x"], [unit == TimeUnit.Nanos ? new DateTimeNanos(time) : time]]);
        var e = Assert.Single(DatasetFolder.Read(path, "user=who,item=what,time=ts").Events);
        Assert.Equal(new DateTimeOffset(time).ToUnixTimeMilliseconds(), e.TimeMs);
    }

    [Fact]
    public void Columns_when_nullable_and_mapped_are_read_as_in_csv_and_bad_rows_are_rejected_by_number()
    {
        var path = Write(
            "clicks.parquet",
            [
                new Column<string>("visitor"), new Column<long?>("itemid"), new Column<string>("event"), new Column<int?>("watched_ms"),
                new Column<bool?>("is_like"), new Column<float?>("stars"), new Column<DateTime?>("at", LogicalType.Timestamp(true, TimeUnit.Millis)),
            ],
            [
                ["a", null, "b", "c", "d"], [7L, 8L, null, 9L, 7L], ["view", "view", "view", "frobnicate", null],
                [1_500, null, 3, 4, null], [true, false, null, null, null], [null, null, null, null, 4.5f],
                [At(0), At(1), At(2), At(3), At(4)],
            ]);
        var read = DatasetFolder.Read(path, "user=visitor,item=itemid,type=event,time=at,position=watched_ms,like=is_like,rating=stars");
        Assert.Equal(
            [("a", "7", DatasetEventType.Play, 1_500), ("a", "7", DatasetEventType.Like, null), ("d", "7", DatasetEventType.Rating, (double?)null)],
            read.Events.Select(e => (e.UserId, e.ItemId, e.Type, e.Position?.TotalMilliseconds)));
        Assert.Equal(4.5, read.Events[^1].Rating);
        Assert.Equal([(2, "the user id is empty"), (3, "the item id is empty"), (4, "the event type 'frobnicate' is not known")], read.Rejected.Select(r => (r.LineNumber, r.Reason)));
        Assert.Contains("frobnicate", read.Rejected[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_when_it_has_items_and_events_gives_both()
    {
        Write("events.parquet", [new Column<string>("user"), new Column<string>("item")], [["u"], ["i"]]);
        Write("items.parquet", [new Column<string>("item"), new Column<string>("title"), new Column<string>("genres")], [["i"], ["A title"], ["a|b"]]);
        var read = DatasetFolder.Read(_folder.Path);
        Assert.Equal("i", Assert.Single(read.Events).ItemId);
        Assert.Equal(("A title", "a,b"), (Assert.Single(read.Items).Title, string.Join(',', read.Items[0].Genres)));
    }

    [Fact]
    public void File_when_cut_or_without_known_columns_is_refused_in_words()
    {
        var path = Write("a.parquet", [new Column<string>("x"), new Column<string>("y")], [["u"], ["i"]]);
        Assert.Contains("No column of", Assert.Throws<DatasetFormatException>(() => Dataset.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "has no column 'z'; its columns are x, y",
            Assert.Throws<DatasetFormatException>(() => Dataset.Open(path, new DatasetOptions { Mapping = ColumnMapping.Parse("user=z,item=y") })).Message,
            StringComparison.Ordinal);
        var cut = _folder.File("b.parquet", File.ReadAllBytes(path)[..^9]);
        Assert.Contains("is no whole Parquet file", Assert.Throws<DatasetFormatException>(() => Dataset.Open(cut)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_group_when_damaged_is_rejected_and_the_next_is_read()
    {
        var path = Write("d.parquet", [new Column<string>("user"), new Column<string>("item")], [["u", "v"], ["i", "j"]], [["w"], ["k"]]);
        var bytes = File.ReadAllBytes(path);
        Array.Fill(bytes, (byte)0xff, 4, 40);
        var read = DatasetFolder.Read(_folder.File("d.parquet", bytes));
        Assert.Equal("w", Assert.Single(read.Events).UserId);
        var rejected = Assert.Single(read.Rejected);
        Assert.Equal(1, rejected.LineNumber);
        Assert.StartsWith("the 2 rows from this one on can't be read", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_when_written_is_read_by_Arrow_with_its_types()
    {
        var path = Path.Combine(_folder.Path, "t.parquet");
        TableColumn[] columns =
        [
            new("text", ColumnType.Text), new("whole", ColumnType.Whole), new("real", ColumnType.Real), new("flag", ColumnType.Flag), new("time", ColumnType.Time),
        ];
        await using (var writer = await TableWriter.CreateAsync(File.Create(path), columns, CancellationToken.None, rowGroupSize: 2))
        {
            await writer.AddAsync(new[] { TableCell.Of("ü"), TableCell.Of(long.MaxValue), TableCell.Of(0.1), TableCell.Of(true), TableCell.Of(1_700_000_000_123L) }, default);
            await writer.AddAsync(new TableCell[5], default);
            await writer.AddAsync(new[] { TableCell.Of("b"), TableCell.Of(-1L), TableCell.Of(2.0), TableCell.Of(false), TableCell.Of(0L) }, default);
            await writer.CompleteAsync(CancellationToken.None);
        }

        using var file = new ParquetFileReader(path);
        Assert.Equal(2, file.FileMetaData.NumRowGroups);
        Assert.Equal(["ü", null, "b"], Read<string?>(file, 0));
        Assert.Equal([long.MaxValue, null, -1], Read<long?>(file, 1));
        Assert.Equal([0.1, null, 2.0], Read<double?>(file, 2));
        Assert.Equal([true, null, false], Read<bool?>(file, 3));
        Assert.Equal([DateTime.UnixEpoch.AddMilliseconds(1_700_000_000_123), null, DateTime.UnixEpoch], Read<DateTime?>(file, 4));
    }

    private static DateTime At(int second) => new(2024, 1, 1, 0, 0, second, DateTimeKind.Utc);

    private static IEnumerable<T> Read<T>(ParquetFileReader file, int column)
    {
        for (var i = 0; i < file.FileMetaData.NumRowGroups; i++)
        {
            using var group = file.RowGroup(i);
            using var reader = group.Column(column).LogicalReader<T>();
            foreach (var value in reader.ReadAll((int)group.MetaData.NumRows)) yield return value;
        }
    }

    /// <summary>Writes row groups of columns of values, dictionary-encoded and compressed with Snappy.</summary>
    private string Write(string name, Column[] columns, params object?[][][] groups)
    {
        var path = Path.Combine(_folder.Path, name);
        using var properties = new WriterPropertiesBuilder().EnableDictionary().Compression(Compression.Snappy).Build();
        using var file = new ParquetFileWriter(path, columns, properties);
        foreach (var group in groups)
        {
            using var rows = file.AppendRowGroup();
            foreach (var (column, values) in columns.Zip(group)) rows.NextColumn().LogicalWriter().Apply(new Filler(values));
        }

        file.Close();
        return path;
    }

    private sealed class Filler(object?[] values) : ILogicalColumnWriterVisitor<bool>
    {
        public bool OnLogicalColumnWriter<TValue>(LogicalColumnWriter<TValue> writer)
        {
            writer.WriteBatch([.. values.Select(value => (TValue)value!)]);
            return true;
        }
    }
}
