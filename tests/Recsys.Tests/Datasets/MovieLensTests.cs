using System.Text;
using Recsys.Datasets;

namespace Recsys.Tests.Datasets;

public sealed class MovieLensTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_100K_folder_gives_latin1_titles_genres_and_ratings_in_time_order_when_detected()
    {
        _folder.File("u.genre", "unknown|0\nAction|1\nDrama|2\n\n");
        _folder.File("u.item", Encoding.Latin1.GetBytes("1|Misérables, Les (1995)|20-Oct-1995||http://x|0|0|1\n2|No date (1990)|||http://x|1|1|1\n3|short\n"));
        _folder.File("u.data", "7\t1\t5\t881250950\n8\t2\t3\t881250949\n7\t2\t1\t881250950\n");

        var read = DatasetFolder.Read(_folder.Path);

        Assert.Equal(DatasetFormat.MovieLens100K, read.Dataset.Format);
        Assert.True(read.Dataset is { IsInTimeOrder: true, HasTimes: true });
        Assert.Equal(["Les Misérables (1995)", "No date (1990)"], read.Items.Select(i => i.Title));
        Assert.Equal(["Drama"], read.Items[0].Genres);
        Assert.Equal(["Action", "Drama"], read.Items[1].Genres);
        Assert.Equal(new DateTimeOffset(1995, 10, 20, 0, 0, 0, TimeSpan.Zero), read.Items[0].PublishTime);
        Assert.Equal(1990, read.Items[1].PublishTime!.Value.Year);
        Assert.Equal([("8", "2"), ("7", "1"), ("7", "2")], read.Events.Select(e => (e.UserId, e.ItemId)));
        Assert.All(read.Events, e => Assert.Equal((DatasetEventType.Rating, 5.0), (e.Type, e.RatingMax)));
        Assert.Equal(5, read.Events[1].Rating);
        Assert.Equal(881250950000, read.Events[1].TimeMs);
        var rejected = Assert.Single(read.Rejected);
        Assert.Equal((3, "expected at least 5 columns, found 2"), (rejected.LineNumber, rejected.Reason));
        Assert.Equal(read.Dataset.ItemBytes + read.Dataset.EventBytes, read.Progress.BytesRead);
    }

    [Fact]
    public void A_1M_folder_reads_compressed_parts_and_bad_lines_are_rejected_with_their_reason()
    {
        _folder.File("movies.dat", Encoding.Latin1.GetBytes("10::GoldenEye (1995)::Action|Thriller\n11::Café, The (1990)::(no genres listed)\nbad\n"));
        _folder.Gzip(
            "ratings-1.dat.gz",
            "1::10::5::978300760\n1::11::6::978300761\n1::11::4::-5\n1::11::4::x\n::11::4::978300761\n1::11::4\n1::11::NaN::978300761\n");
        _folder.Gzip("ratings-2.dat.gz", "2::10::0.5::978300700\n2::10::1::99999999999\n");

        var read = DatasetFolder.Read(_folder.Path);

        Assert.Equal(DatasetFormat.MovieLens1M, read.Dataset.Format);
        Assert.Equal(["GoldenEye (1995)", "The Café (1990)"], read.Items.Select(i => i.Title));
        Assert.Empty(read.Items[1].Genres);
        Assert.Equal([("2", 0.5), ("1", 5.0)], read.Events.Select(e => (e.UserId, e.Rating!.Value)));
        Assert.Equal(
            [
                "expected 3 columns (id, title, genres), found 1",
                "the rating '6' is not a number from 0 to 5",
                "the time is before 1970",
                "the time 'x' is not a Unix time",
                "the user id is empty",
                "expected 4 columns (user, film, rating, time), found 3",
                "the rating 'NaN' is not a number from 0 to 5",
                "the time 5138-11-16T09:46:39Z is in the future",
            ],
            read.Rejected.Select(r => r.Reason));
        Assert.Equal([3L, 2, 3, 4, 5, 6, 7, 2], read.RejectedLines);
        Assert.EndsWith("ratings-2.dat.gz", read.Rejected[^1].File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CSV_release_gives_quoted_titles_ids_elsewhere_and_its_most_given_tags()
    {
        _folder.File("ratings.csv", "userId,movieId,rating,timestamp\n1,11,4.5,964982703\n");
        _folder.File(
            "movies.csv",
            "movieId,title,genres\r\n11,\"American President, The (1995)\",Comedy|Drama\r\n12,\"Say \"\"Hi\"\" (2000)\",(no genres listed)\r\n");
        _folder.File("links.csv", "movieId,imdbId,tmdbId\n11,0112346,9087\n12,0112347,\n");
        _folder.File("tags.csv", "userId,movieId,tag,timestamp\n1,11,romance,1\n2,11,Politics,1\n3,11,politics,1\n");

        var read = DatasetFolder.Read(_folder.Path);

        Assert.Equal(DatasetFormat.MovieLensCsv, read.Dataset.Format);
        Assert.Equal(["The American President (1995)", "Say \"Hi\" (2000)"], read.Items.Select(i => i.Title));
        Assert.Equal(["politics", "romance"], read.Items[0].Tags);
        Assert.Equal(("tt0112346", "9087"), (read.Items[0].Attributes["imdb_id"].Text, read.Items[0].Attributes["tmdb_id"].Text));
        Assert.Equal(["imdb_id"], read.Items[1].Attributes.Keys);
        Assert.Equal(4.5, Assert.Single(read.Events).Rating);
        Assert.Empty(read.Rejected);
    }

    [Fact]
    public void Event_ids_stay_the_same_when_a_release_is_read_again_compressed()
    {
        const string Text = "1::10::5::978300760\n2::10::3::978300761\n";
        var plain = DatasetFolder.Read(_folder.File("ratings.dat", Text));
        var again = DatasetFolder.Read(_folder.Gzip("ratings-again.dat.gz", Text));

        Assert.Equal(plain.Events.Select(e => e.EventId), again.Events.Select(e => e.EventId));
        Assert.Equal(2, plain.Events.Select(e => e.EventId).Distinct().Count());
    }
}
