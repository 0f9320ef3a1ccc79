using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys shelves` on a store of its own.</summary>
public sealed class ShelvesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shelves_when_printed_have_titles_and_reasons_and_wrong_words_are_refused()
    {
        await File.WriteAllTextAsync(
            _folder.File("items.csv"),
            "item,kind,title,parent,ordinal,duration\nshow,series,The Show,,,\ne1,episode,One,show,1,600\ne2,episode,Two,show,2,600\nf1,film,A Film,,,6000\n");
        await File.WriteAllTextAsync(_folder.File("events.csv"), "user,item,type,time,position,duration\nana,e1,play,1700000000,600,600\nana,f1,play,1700000100,3000,6000\n");
        (await RunAsync("import", "events.csv", "--items", "items.csv", "--db", "shop.db")).Succeeds();
        var text = (await RunAsync("shelves", "ana", "--db", "shop.db")).Succeeds().Output;
        Assert.Matches(@"shelf\.continue\n(.|\n)*1 +f1 +A Film +50 % played, goes on at 0:50:00", text);
        Assert.Matches(@"shelf\.next_episode\n(.|\n)*1 +e2 +Two +follows One", text);
        Assert.DoesNotContain("shelf.again", text, StringComparison.Ordinal);
        var json = Assert.Single((await RunAsync("shelves", "ana", "--shelf", "again:music", "--keep-empty", "--db", "shop.db", "--json")).Succeeds().Json);
        Assert.Equal("music", json.GetProperty("shelves")[0].GetProperty("list").GetProperty("placement").GetString());
        Assert.Contains("No shelf has an item", (await RunAsync("shelves", "ana", "--shelf", "again", "--db", "shop.db")).Succeeds().Output, StringComparison.Ordinal);
        (await RunAsync("shelves", "ana", "--shelf", "gone", "--db", "shop.db")).IsRefused("There is no shelf 'gone'");
        (await RunAsync("shelves", "ana", "-k", "101", "--db", "shop.db")).IsRefused("shelves[0].page_size: must be 1 to 100");
    }

    private Task<CommandRun> RunAsync(params string[] words) => CommandRun.RunAsync(_folder.Path, words);
}
