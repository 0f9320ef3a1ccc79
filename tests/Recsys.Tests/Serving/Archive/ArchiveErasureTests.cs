using Recsys.Serving.Archive;
using Recsys.Serving.Events;

namespace Recsys.Tests.Serving.Archive;

/// <summary>What is deleted or undone leaves the archive's files in time, and nothing else does.</summary>
public sealed class ArchiveErasureTests
{
    private const string Ns = EngineRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task User_when_deleted_is_taken_out_in_time_and_a_later_life_of_the_same_id_stays()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.WriteAsync(engine.Like("ann", "a"), engine.Like("bob", "b"), engine.Event("ann", WatchEventType.Impression, "c"));
        await rig.ArchiveAsync();
        await engine.Engine.Users.DeleteAsync(Ns, "ann", None);
        Assert.Equal("ann", Assert.Single(await MarksAsync(rig)));
        await engine.WriteAsync(engine.Like("ann", "again"), engine.Like("bob", "b2"));
        engine.Time.Advance(TimeSpan.FromHours(11));
        await rig.ArchiveAsync();
        Assert.Equal(2, (await rig.RowsAsync()).Except(await rig.LogAsync()).Count());

        engine.Time.Advance(TimeSpan.FromHours(1));
        await rig.ArchiveAsync();
        await rig.AssertWholeAsync();
        Assert.Contains(await rig.RowsAsync(), row => row.StartsWith("default/events/ann/", StringComparison.Ordinal));
        Assert.Empty(await MarksAsync(rig));
        Assert.Empty(rig.Drafts());
        foreach (var file in Directory.GetFiles(rig.Folder, "*.parquet", SearchOption.AllDirectories).Where(file => file.Contains("exposures", StringComparison.Ordinal)))
            Assert.DoesNotContain("ann", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_when_undone_and_users_when_linked_are_as_in_the_log_after_the_erasure()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.WriteAsync(engine.Like("ann", "a", id: "1"), engine.Like("ann", "b", id: "2"), engine.Like("guest", "c", id: "3"), engine.Like("bob", "b"));
        await rig.ArchiveAsync();
        await engine.Engine.UndoAsync(Ns, "ann", ["1"], None);
        await engine.Engine.Users.LinkAsync(Ns, "guest", "ann", None);
        Assert.Equal(["ann", "guest"], await MarksAsync(rig));
        await rig.ArchiveAsync(eraseHours: 0);
        await rig.AssertWholeAsync();
        Assert.Empty(await MarksAsync(rig));
    }

    [Fact]
    public async Task Mark_when_the_eraser_comes_between_it_and_the_deletion_is_made_again()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.WriteAsync(engine.Like("ann", "a"), engine.Like("bob", "b"));
        await rig.ArchiveAsync();
        var marks = new ArchiveMarks(engine.Store, engine.Time);
        await marks.AroundAsync(
            new(Ns, "ann"),
            async () =>
            {
                await rig.ArchiveAsync(eraseHours: 0);
                Assert.Empty(await MarksAsync(rig));
                return await engine.Store.DeleteUserAsync(new(Ns, "ann"), None);
            },
            None);
        Assert.Equal(["ann"], await MarksAsync(rig));
        await rig.ArchiveAsync(eraseHours: 0);
        await rig.AssertWholeAsync();
    }

    [Fact]
    public async Task Mark_when_made_again_keeps_the_time_of_the_first_so_that_the_erasure_isnt_put_off()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.WriteAsync(engine.Like("ann", "a", id: "1"), engine.Like("ann", "b", id: "2"));
        await rig.ArchiveAsync();
        await engine.Engine.UndoAsync(Ns, "ann", ["1"], None);
        engine.Time.Advance(TimeSpan.FromHours(12));
        await engine.Engine.UndoAsync(Ns, "ann", ["2"], None);
        await rig.ArchiveAsync();
        await rig.AssertWholeAsync();
        Assert.Empty(await rig.RowsAsync());
    }

    [Fact]
    public async Task Deletion_when_there_is_no_archive_leaves_no_mark()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        await rig.Engine.WriteAsync(rig.Engine.Like("ann", "a"));
        await rig.Engine.Engine.Users.DeleteAsync(Ns, "ann", None);
        Assert.Empty(await MarksAsync(rig));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Eraser_when_it_dies_leaves_nothing_that_the_next_doesnt_finish(int writes)
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.WriteAsync(engine.Like("ann", "a"), engine.Like("bob", "b"));
        await rig.ArchiveAsync();
        await engine.Engine.Users.DeleteAsync(Ns, "ann", None);

        // The first write takes the lease; then come the new content's checkpoint, its document, the checkpoint without it, the mark's removal.
        var left = writes + 1;
        engine.Store.AfterDocuments = () => --left == 0 ? throw new Recsys.Storage.StoreUnavailableException("It died.") : Task.CompletedTask;
        await using (var archiver = rig.NewArchiver(eraseHours: 0))
            await Assert.ThrowsAsync<Recsys.Storage.StoreUnavailableException>(() => archiver.RunOnceAsync(None));
        engine.Store.AfterDocuments = null;
        await rig.ArchiveAsync(eraseHours: 0);
        await rig.AssertWholeAsync();
        Assert.Empty(await MarksAsync(rig));
        Assert.Empty(rig.Drafts());
    }

    private static async Task<IEnumerable<string>> MarksAsync(ArchiveRig rig) =>
        (await new ArchiveMarks(rig.Engine.Sqlite, rig.Engine.Time).ListAsync(Ns, None)).Select(found => found.Document.Key.Key);
}
