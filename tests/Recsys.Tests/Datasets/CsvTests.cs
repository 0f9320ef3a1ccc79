using System.Text;
using CsCheck;
using Recsys.Datasets;
using Recsys.Datasets.Reading;

namespace Recsys.Tests.Datasets;

public sealed class CsvTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Usual_columns_are_found_without_a_mapping()
    {
        var read = DatasetFolder.Read(_folder.File("events.csv", """
            timestamp,visitorid,event,itemid,transactionid
            1433221332117,257597,view,355908,
            1433221332118,257597,addtocart,355908,
            1433221332119,257597,transaction,355908,3
            """));

        Assert.Equal([DatasetEventType.Play, DatasetEventType.Like, DatasetEventType.Purchase], read.Events.Select(e => e.Type));
        Assert.Equal(1433221332117, read.Events[0].TimeMs);
        Assert.Equal(("257597", "355908"), (read.Events[0].UserId, read.Events[0].ItemId));
        Assert.Empty(read.Rejected);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("0.25", 0.25)]
    [InlineData("0", null)]
    public void An_export_is_one_with_and_without_the_column_that_came_later(string propensity, double? expected)
    {
        var columns = ExportColumns.Events.Values.Append(ExportColumns.CommitSequence).Append(ExportColumns.ReceiveTime).Where(name => propensity.Length > 0 || name != "propensity").ToArray();
        var row = columns.Select(name => name switch
        {
            "user_id" or "item_id" => " x",
            "type" => "IMPRESSION",
            "event_time" => "2020-01-31",
            "propensity" => propensity,
            _ => "",
        });
        var read = DatasetFolder.Read(_folder.File("events.csv", $"{string.Join(',', columns)}\n{string.Join(',', row)}\n"));
        if (propensity == "0")
        {
            Assert.Equal("'0' in column propensity is not above 0 and at most 1", Assert.Single(read.Rejected).Reason);
            return;
        }

        Assert.Empty(read.Rejected);

        // Only an export's texts count with their spaces, and only its events may be without an id.
        var shown = Assert.Single(read.Events);
        Assert.Equal((" x", "", expected), (shown.ItemId, shown.EventId, shown.Propensity));
    }

    [Fact]
    public void A_mapping_names_columns_units_and_flags()
    {
        var read = DatasetFolder.Read(
            _folder.File("x.tsv", "who\twhat\twhen\tsecs\tfull\tgood\nu\ti\t2022-04-10 08:59:09\t1.5\t2\t1\nu\tj\t2022-04-10T10:59:10+02:00\t0\t0\t0\n"),
            "user=who,item=what,time=when,position=secs:min,duration=full:h,like=good,dislike=!good");

        Assert.Equal(
            [("i", DatasetEventType.Play), ("i", DatasetEventType.Like), ("j", DatasetEventType.Play), ("j", DatasetEventType.Dislike)],
            read.Events.Select(e => (e.ItemId, e.Type)));
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromHours(2)), (read.Events[0].Position, read.Events[0].Duration));
        Assert.Null(read.Events[2].Duration);
        Assert.Equal(1_000, read.Events[2].TimeMs - read.Events[0].TimeMs);
        Assert.Equal(4, read.Events.Select(e => e.EventId).Distinct().Count());
    }

    [Fact]
    public void Each_bad_line_is_rejected_with_its_number_and_reason()
    {
        var longId = new string('x', 129);
        byte[] text =
        [
            .. Encoding.UTF8.GetBytes("user,item,time,type,rating\nu,i,1,view,\nu,i,1,view\nu,,1,view,\n"),
            .. Encoding.UTF8.GetBytes($"{longId},i,1,view,\nu,i,yesterday,view,\nu,i,-1,view,\nu,i,2000000000,view,\nu,i,,view,\n"),
            .. Encoding.UTF8.GetBytes("u,i,1,teleport,\nu,i,1,rating,6\nu,i,1,rating,many\nu,i,1,rating,\n"),
            (byte)'u', (byte)',', 0xff, .. Encoding.UTF8.GetBytes(",1,view,\nu\u0007,i,1,view,\nu,i,2,view,\n"),
        ];

        var read = DatasetFolder.Read(_folder.File("bad.csv", text));

        Assert.Equal(
            [
                (3L, "expected 5 columns, found 4"),
                (4, "the item id is empty"),
                (5, "the user id has more than 128 bytes"),
                (6, "the time 'yesterday' is neither a Unix time nor ISO 8601"),
                (7, "the time is before 1970"),
                (8, "the time 2033-05-18T03:33:20Z is in the future"),
                (9, "the time is empty"),
                (10, "the event type 'teleport' is not known"),
                (11, "the rating 6 is not from 0 to 5"),
                (12, "the rating 'many' is not a number"),
                (13, "the event is a rating without a value"),
                (14, "invalid UTF-8 at byte 3"),
                (15, "the user id has the control character U+0007"),
            ],
            read.Rejected.Select(r => (r.LineNumber, r.Reason)));
        Assert.Equal([1_000L, 2_000], read.Events.Select(e => e.TimeMs));
        Assert.Equal((13, 16), (read.Progress.RejectedLines, read.Progress.LinesRead));
    }

    [Fact]
    public void An_unknown_type_is_the_default_type_when_one_is_given()
    {
        var options = new DatasetOptions { DefaultType = DatasetEventType.Share };
        var read = DatasetFolder.Read(_folder.File("t.csv", "user,item,time,type\nu,i,1,teleport\nu,i,2,\n"), options: options);

        Assert.All(read.Events, e => Assert.Equal(DatasetEventType.Share, e.Type));
        Assert.Equal(2, read.Events.Count);
    }

    [Fact]
    public void A_line_over_a_megabyte_is_rejected_and_the_next_one_read()
    {
        var read = DatasetFolder.Read(_folder.File("long.csv", $"user,item\nu,{new string('x', 3 << 20)}\nu,j\n"));

        var rejected = Assert.Single(read.Rejected);
        Assert.Equal((2, 1_000), (rejected.LineNumber, rejected.Text.Length));
        Assert.Equal("j", Assert.Single(read.Events).ItemId);
    }

    [Fact]
    public void A_quoted_column_may_span_lines_and_a_stray_quote_costs_only_its_own_line()
    {
        var read = DatasetFolder.Read(_folder.File("items.csv", "item,title,description\n1,A,\"first\n\nsecond \"\"quoted\"\"\"\n2,\"stray,x\n3,C,y\n4,D,z\n"));

        Assert.Equal(["1", "3", "4"], read.Items.Select(i => i.ItemId));
        Assert.Equal("first\n\nsecond \"quoted\"", read.Items[0].Description);
        Assert.Equal((5, "a quote isn't closed"), (Assert.Single(read.Rejected).LineNumber, read.Rejected[0].Reason));
    }

    [Fact]
    public void Columns_have_numbers_when_there_is_no_header()
    {
        var read = DatasetFolder.Read(_folder.File("n.csv", "u;i;1433221332\nv;j;1433221333\n"), "user=1,item=2,time=3");

        Assert.Equal([("u", "i"), ("v", "j")], read.Events.Select(e => (e.UserId, e.ItemId)));
    }

    [Fact]
    public void A_file_that_cannot_be_mapped_says_which_columns_it_has()
    {
        var strange = _folder.File("s.csv", "alpha,beta\n1,2\n");

        Assert.Contains("alpha, beta", Assert.Throws<DatasetFormatException>(() => Dataset.Open(strange)).Message, StringComparison.Ordinal);
        var options = new DatasetOptions { Mapping = ColumnMapping.Parse("user=gamma,item=alpha") };
        var error = Assert.Throws<DatasetFormatException>(() => Dataset.Open(strange, options));
        Assert.Contains("no column 'gamma'", error.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Dataset.Open(System.IO.Path.Combine(_folder.Path, "missing.csv")));
        Assert.Throws<DatasetFormatException>(() => Dataset.Open(_folder.File("empty.csv", "")));
    }

    [Fact]
    public void Items_carry_kind_price_lists_and_length()
    {
        var read = DatasetFolder.Read(_folder.File("catalogue.csv", """
            show_id,type,title,listed_in,release_year,duration,price,currency
            1,TV Show,T,"Drama, Crime, Drama",2019,2 Seasons,,
            2,Movie,U,A|B,2020-02-03,93 min,4.99,eur
            3,Movie,V,,soon,1,1,EUR
            """));

        Assert.Equal([DatasetItemKind.Series, DatasetItemKind.Film], read.Items.Select(i => i.Kind));
        Assert.Equal(["Drama", "Crime"], read.Items[0].Genres);
        Assert.Null(read.Items[0].Duration);
        Assert.Equal(TimeSpan.FromMinutes(93), read.Items[1].Duration);
        Assert.Equal(new DatasetPrice("EUR", 4_990_000), read.Items[1].Price);
        Assert.Equal([4L], read.RejectedLines);
    }

    [Fact]
    public void Events_and_items_files_of_a_folder_belong_together()
    {
        _folder.File("events.csv", "user,item,time\nu,1,5\n");
        _folder.File("items.jsonl", """{"item_id":"1","title":"One"}""");

        var read = DatasetFolder.Read(_folder.Path);

        Assert.Equal(("One", "u"), (Assert.Single(read.Items).Title, Assert.Single(read.Events).UserId));
    }

    [Fact]
    public void Appending_lines_keeps_the_event_ids_of_the_earlier_ones()
    {
        var before = DatasetFolder.Read(_folder.File("a.csv", "user,item,time\nu,1,5\nu,1,5\n"));
        var after = DatasetFolder.Read(_folder.Gzip("b.csv.gz", "user,item,time\nu,1,5\nu,1,5\nu,2,6\n"));

        Assert.Equal(before.Events.Select(e => e.EventId), after.Events.Take(2).Select(e => e.EventId));
        Assert.Equal(3, after.Events.Select(e => e.EventId).Distinct().Count());
    }

    [Fact]
    public void Any_columns_come_back_from_their_quoted_record()
    {
        var column = Gen.Char["ab,\"; \n\t"].Array[0, 6].Select(c => new string(c));
        column.Array[1, 5].Sample(columns =>
        {
            var text = string.Join(',', columns.Select(c => $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
            return CsvRecord.Split(text, ',') is { } back && back.SequenceEqual(columns);
        });
    }
}
