using Recsys.Datasets;

namespace Recsys.Tests.Datasets;

public sealed class SequenceTests : IDisposable
{
    private const long EpochMs = 1_577_836_800_000;
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sequence_file_gives_made_up_minutes_and_leaves_unknown_items_out()
    {
        var read = DatasetFolder.Read(_folder.File("train.txt", "1 2 3\n4 0 5 6\n\n7\n"));

        Assert.Equal(DatasetFormat.Sequence, read.Dataset.Format);
        Assert.False(read.Dataset.HasTimes);
        Assert.Equal([("1", "1"), ("1", "2"), ("1", "3"), ("2", "4"), ("2", "5"), ("2", "6"), ("4", "7")], read.Events.Select(e => (e.UserId, e.ItemId)));
        Assert.Equal([0.0, 1, 2, 0, 2, 3, 0], read.Events.Select(Minutes));
        Assert.Equal(1, read.Progress.UnknownItems);
        Assert.Equal(read.Events.Count, read.Events.Select(e => e.EventId).Distinct().Count());
    }

    [Fact]
    public void A_sequence_with_an_impossible_id_is_rejected_whole_and_the_next_users_keep_their_numbers()
    {
        var options = new DatasetOptions { Format = DatasetFormat.Sequence };
        var read = DatasetFolder.Read(_folder.File("a.txt", $"1 {new string('x', 129)}\n2 3\n"), options: options);

        Assert.Equal(["the item id has more than 128 bytes (number 2 of the line)"], read.Rejected.Select(r => r.Reason));
        Assert.Equal([("2", "2"), ("2", "3")], read.Events.Select(e => (e.UserId, e.ItemId)));
    }

    [Fact]
    public void Two_ids_a_line_are_pairs_when_every_line_has_two()
    {
        var read = DatasetFolder.Read(_folder.File("pairs.txt", "1 10\n2 10\n1 11\n1 0\n1 12\n"));

        Assert.Equal(DatasetFormat.Pairs, read.Dataset.Format);
        Assert.Equal(
            [("1", "10", 0.0), ("2", "10", 0), ("1", "11", 1), ("1", "12", 3)],
            read.Events.Select(e => (e.UserId, e.ItemId, Minutes(e))));
    }

    [Fact]
    public void Pairs_with_another_number_of_columns_are_rejected()
    {
        var options = new DatasetOptions { Format = DatasetFormat.Pairs, DefaultType = DatasetEventType.Like };
        var read = DatasetFolder.Read(_folder.File("p.txt", "a b\nc\nd e f\n"), options: options);

        Assert.Equal([2L, 3], read.RejectedLines);
        Assert.Equal(DatasetEventType.Like, Assert.Single(read.Events).Type);
    }

    [Fact]
    public void Titles_come_from_the_films_beside_a_MovieLens_sequence_file()
    {
        _folder.File("movies.dat", "1198::Raiders (1981)::Action\n");
        _folder.File("sequence-item-to-movie.txt", "1 1198\n2 5\n");
        var read = DatasetFolder.Read(_folder.File("sequences.txt", "1 2 1\n"));

        Assert.Equal(("1", "Raiders (1981)"), (Assert.Single(read.Items).ItemId, read.Items[0].Title));
        Assert.Equal([2L], read.RejectedLines);
    }

    private static double Minutes(DatasetEvent e) => (e.TimeMs - EpochMs) / 60_000.0;
}
