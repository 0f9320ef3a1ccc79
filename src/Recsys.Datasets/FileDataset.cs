namespace Recsys.Datasets;

/// <summary>A data set in files, put together by the class of its format.</summary>
internal sealed class FileDataset : IDataset
{
    public required string Description { get; init; }

    public required DatasetFormat Format { get; init; }

    public IReadOnlyList<string> ItemFiles { get; init; } = [];

    public IReadOnlyList<string> EventFiles { get; init; } = [];

    public bool HasTimes { get; init; } = true;

    public bool IsInTimeOrder { get; init; }

    public Func<ReadProgress, CancellationToken, IEnumerable<DatasetItem>> Items { get; init; } = (_, _) => [];

    public Func<ReadProgress, CancellationToken, IEnumerable<DatasetEvent>> Events { get; init; } = (_, _) => [];

    public long ItemBytes => ItemFiles.Sum(f => new FileInfo(f).Length);

    public long EventBytes => EventFiles.Sum(f => new FileInfo(f).Length);

    public IEnumerable<DatasetItem> ReadItems(ReadProgress progress, CancellationToken cancellationToken) => Items(progress, cancellationToken);

    public IEnumerable<DatasetEvent> ReadEvents(ReadProgress progress, CancellationToken cancellationToken) => Events(progress, cancellationToken);
}
