using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving.Archive;
using Recsys.Storage;
using Recsys.Storage.Archive;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Serving.Archive;

/// <summary>An engine, a folder for its archive, and archivers that run when the test says so.</summary>
internal sealed class ArchiveRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private ArchiveRig(EngineRig engine) => Engine = engine;

    public EngineRig Engine { get; }

    public string Folder => _folder.Path;

    public static async Task<ArchiveRig> OpenAsync() => new(await EngineRig.OpenAsync());

    /// <summary>An archiver as of another process.</summary>
    public Archiver NewArchiver(int eraseHours = 24, string? folder = null) => new(
        Engine.Store, Engine.Engine.ItemNumbers, new() { ModelFolder = "", Archive = folder ?? Folder, EraseHours = eraseHours }, Engine.Time, NullLogger.Instance);

    /// <summary>Archives everything.</summary>
    public async Task ArchiveAsync(int eraseHours = 24)
    {
        await using var archiver = NewArchiver(eraseHours);
        Assert.True(await archiver.RunOnceAsync(CancellationToken.None));
    }

    /// <summary>The rows of all files that a reader finds by their names, "NAMESPACE/STREAM/USER/SEQUENCE", sorted.</summary>
    public async Task<List<string>> RowsAsync()
    {
        var rows = new List<string>();
        foreach (var file in Directory.GetFiles(Folder, "*.parquet", SearchOption.AllDirectories))
        {
            var parts = Path.GetRelativePath(Folder, file).Split('/');
            await using var reader = await TableReader.OpenAsync(file, CancellationToken.None);
            for (var group = 0; group < reader.GroupCount; group++)
            {
                var cells = await reader.ReadAsync(group, [ArchiveColumns.User, ArchiveColumns.Sequence, ArchiveColumns.ReceiveTime], CancellationToken.None);
                for (var i = 0; i < cells[0].Length; i++)
                {
                    Assert.Equal($"day={DateTime.UnixEpoch.AddMilliseconds(cells[2][i].Whole):yyyy-MM-dd}", parts[2]);
                    rows.Add($"{parts[0]}/{parts[1]}/{cells[0][i].Text}/{cells[1][i].Whole}");
                }
            }
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>What the store's log has, undone entries left out, in the same form.</summary>
    public async Task<List<string>> LogAsync()
    {
        var rows = new List<string>();
        foreach (var (stream, name) in new[] { (LogStream.Events, "events"), (LogStream.Exposures, "exposures") })
        {
            var page = new LogPage([], default);
            while ((page = await Engine.Sqlite.ReadLogAsync(stream, page.Next, 1_000, newestFirst: false, CancellationToken.None)).Entries.Count > 0)
                rows.AddRange(page.Entries.Where(entry => !entry.Undone).Select(entry => $"{entry.User.Namespace}/{name}/{entry.User.UserId}/{entry.Sequence}"));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>The archive's files are exactly the log.</summary>
    public async Task AssertWholeAsync() => Assert.Equal(await LogAsync(), await RowsAsync());

    public IReadOnlyList<string> Drafts() =>
        Directory.GetFiles(Folder, ".*.tmp", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Dispose();
    }
}
