using Recsys.Datasets;
using Xunit.Abstractions;

namespace Recsys.Tests.Datasets;

/// <summary>The real data sets, where they're at hand: RECSYS_DATA, or ../shared/data beside the repository. The counts are those of these copies.</summary>
public sealed class RealDataTests(ITestOutputHelper output)
{
    [Theory]
    // This copy of u.data has a user 0 beside the 943 of the original.
    [InlineData("ml-100k", "", DatasetFormat.MovieLens100K, 1_682, 100_000, 944, 0)]
    [InlineData("ml-1m", "", DatasetFormat.MovieLens1M, 3_883, 487_650, 2_999, 0)]
    [InlineData("ml-1m/sequences.txt", "", DatasetFormat.Sequence, 3_416, 999_611 - 413, 6_040, 0)]
    // This copy of ratings.csv ends with a line of a user 999.
    [InlineData("ml-latest-small", "", DatasetFormat.MovieLensCsv, 9_742, 100_837, 611, 0)]
    [InlineData("kuairand/interactions.tsv", "", DatasetFormat.Csv, 0, 41_828 + 326, 664, 0)]
    [InlineData("kuairand/interactions.tsv", "like=label,dislike=!label", DatasetFormat.Csv, 0, 2 * 41_828 + 326, 664, 0)]
    [InlineData("steam-200k/game_play.dat", "", DatasetFormat.Csv, 0, 70_489, 11_350, 0)]
    [InlineData("steam-200k/game_purchase.dat", "", DatasetFormat.Csv, 0, 129_511, 12_393, 0)]
    [InlineData("steam-200k/item_info.dat", "", DatasetFormat.Csv, 5_155, 0, 0, 0)]
    [InlineData("sessions-yoochoose-100k/train_full.tsv", "", DatasetFormat.Csv, 0, 70_278, 17_794, 0)]
    [InlineData("sessions-nowplaying/train.txt.gz", "", DatasetFormat.Sequence, 0, 953_381, 128_077, 0)]
    // 139 lines have quotes that are escaped with backslashes and so aren't RFC 4180.
    [InlineData("netflix-titles/netflix_titles.csv", "", DatasetFormat.Csv, 7_787 - 139, 0, 0, 139)]
    [Trait("Category", "Slow")]
    public void A_real_data_set_has_its_known_counts(string path, string mapping, DatasetFormat format, int items, int events, int users, int rejected)
    {
        if (RealData.Find(path, output) is not { } file)
            return;

        var read = DatasetReading.Of(Dataset.Open(file, new DatasetOptions { Mapping = ColumnMapping.Parse(mapping) }));

        Assert.Equal(format, read.Dataset.Format);
        Assert.Equal(
            (items, events, users, rejected), (read.Items.Count, read.Events.Count, read.Events.Select(e => e.UserId).Distinct().Count(), read.Rejected.Count));
        Assert.Equal(events, read.Events.Select(e => e.EventId).Distinct().Count());
        Assert.Equal(read.Dataset.ItemBytes + read.Dataset.EventBytes, read.Progress.BytesRead);
    }

    [Fact]
    public void KuaiRand_has_positions_and_lengths_when_read_without_a_mapping()
    {
        if (RealData.Find("kuairand/interactions.tsv", output) is not { } file)
            return;

        var first = Dataset.Open(file).ReadEvents(new ReadProgress(), CancellationToken.None).First();

        Assert.Equal(("111", "3892024", 1649581149287), (first.UserId, first.ItemId, first.TimeMs));
        Assert.Equal((46_186, 45_916), (first.Position!.Value.TotalMilliseconds, first.Duration!.Value.TotalMilliseconds));
    }
}
