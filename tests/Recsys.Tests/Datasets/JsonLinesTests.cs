using Recsys.Datasets;

namespace Recsys.Tests.Datasets;

public sealed class JsonLinesTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nested_properties_numbers_and_nulls_are_read()
    {
        var read = DatasetFolder.Read(
            _folder.Gzip("log.gz", """
                {"actor":{"id":7},"object":"i","at":1433221332.5,"verb":"watched","seconds":90,"eid":"e1"}
                {"actor":{"id":8},"object":"j","at":"2015-06-02T05:02:12Z","verb":null}
                """),
            "user=actor.id,item=object,time=at,type=verb,position=seconds,id=eid");

        Assert.Equal(DatasetFormat.JsonLines, read.Dataset.Format);
        Assert.Equal([("7", "i"), ("8", "j")], read.Events.Select(e => (e.UserId, e.ItemId)));
        Assert.Equal(("e1", 1433221332500, TimeSpan.FromSeconds(90)), (read.Events[0].EventId, read.Events[0].TimeMs, read.Events[0].Position));
        Assert.Null(read.Events[1].Position);
        Assert.Empty(read.Rejected);
    }

    [Fact]
    public void Lines_that_are_no_objects_or_lack_ids_are_rejected()
    {
        var read = DatasetFolder.Read(_folder.File("a.jsonl", """
            {"user":"u","item":"i","time":1}
            {"user":"u","item":"i"
            [1,2]
            {"user":"u","time":1}
            {"user":{"deep":1},"item":"i","time":1}
            """));

        Assert.Equal([2L, 3, 4], read.RejectedLines);
        Assert.StartsWith("not JSON", read.Rejected[0].Reason, StringComparison.Ordinal);
        Assert.Equal("expected a JSON object, found array", read.Rejected[1].Reason);
        Assert.Equal("the item id is empty", read.Rejected[2].Reason);
    }

    [Fact]
    public void Items_take_arrays()
    {
        var read = DatasetFolder.Read(_folder.File(
            "items.jsonl",
            """{"id":"g1","kind":"game","title":"T","genres":["a,b","c"],"tags":"x, y","maturity_age":12,"parent_id":"p","ordinal":3}"""));

        var item = Assert.Single(read.Items);
        Assert.Equal(["a,b", "c"], item.Genres);
        Assert.Equal(["x", "y"], item.Tags);
        Assert.Equal((DatasetItemKind.Game, 12, "p", 3), (item.Kind, item.MaturityAge, item.ParentId, item.Ordinal));
    }
}
