using Recsys.Datasets;

namespace Recsys.Tests.Datasets;

/// <summary>Everything that a data set gave.</summary>
internal sealed record DatasetReading(
    IDataset Dataset, IReadOnlyList<DatasetItem> Items, IReadOnlyList<DatasetEvent> Events, IReadOnlyList<RejectedLine> Rejected, ReadProgress Progress)
{
    public IEnumerable<long> RejectedLines => Rejected.Select(r => r.LineNumber);

    public static DatasetReading Of(IDataset dataset)
    {
        var rejected = new List<RejectedLine>();
        var progress = new ReadProgress(rejected.Add);
        var items = dataset.ReadItems(progress, CancellationToken.None).ToList();
        var events = dataset.ReadEvents(progress, CancellationToken.None).ToList();
        return new DatasetReading(dataset, items, events, rejected, progress);
    }
}
