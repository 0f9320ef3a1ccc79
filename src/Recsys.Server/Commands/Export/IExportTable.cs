using Recsys.Storage.Archive;

namespace Recsys.Server.Commands.Export;

/// <summary>A table that is being written to a file, in one of the formats.</summary>
internal interface IExportTable : IAsyncDisposable
{
    /// <summary>Adds a row: one value a column.</summary>
    ValueTask AddAsync(ReadOnlyMemory<TableCell> row, CancellationToken cancellationToken);

    /// <summary>Writes what is left, and syncs the file to disk.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
