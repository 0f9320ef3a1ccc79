using Recsys.Inference.Artefacts;
using Recsys.Storage.Archive;

namespace Recsys.Server.Commands.Export;

/// <summary>A file that is written beside its place and put there when it's whole. Its owner alone may read it: it holds people's histories.</summary>
internal sealed class ExportFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _draft;
    private bool _complete;

    private ExportFile(string path, string draft, IExportTable table)
    {
        _path = path;
        _draft = draft;
        Table = table;
    }

    /// <summary>Takes the rows.</summary>
    public IExportTable Table { get; }

    /// <summary>Starts a file.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static async Task<ExportFile> CreateAsync(string path, ExportFormat format, IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}.tmp");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var stream = new FileStream(draft, options);
        try
        {
            IExportTable table = format switch
            {
                ExportFormat.Csv => new CsvTable(stream, columns),
                ExportFormat.Jsonl => new JsonLinesTable(stream, columns),
                _ => new ParquetTable(await TableWriter.CreateAsync(stream, columns, cancellationToken)),
            };
            return new(path, draft, table);
        }
        catch
        {
            await stream.DisposeAsync();
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Gives the file its name; one that had it is replaced.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await Table.CompleteAsync(cancellationToken);
        await Table.DisposeAsync();
        File.Move(_draft, _path, overwrite: true);
        _complete = true;
        FolderSync.Flush(Path.GetDirectoryName(_path)!);
    }

    /// <summary>Deletes what was written, unless it's complete.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_complete) return;
        await Table.DisposeAsync();
        File.Delete(_draft);
    }
}
