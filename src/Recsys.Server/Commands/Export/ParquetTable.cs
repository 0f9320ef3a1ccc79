using Recsys.Storage.Archive;

namespace Recsys.Server.Commands.Export;

/// <summary>A Parquet file.</summary>
internal sealed class ParquetTable(TableWriter writer) : IExportTable
{
    public ValueTask AddAsync(ReadOnlyMemory<TableCell> row, CancellationToken cancellationToken) => writer.AddAsync(row, cancellationToken);

    public Task CompleteAsync(CancellationToken cancellationToken) => writer.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
