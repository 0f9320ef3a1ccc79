namespace Recsys.Datasets;

/// <summary>Items and events to import or replay: files (<see cref="Dataset.Open"/>) or the generated demo world.</summary>
public interface IDataset
{
    /// <summary>What it is, for people, e.g. "MovieLens 1M ratings (ratings.dat)".</summary>
    string Description { get; }

    /// <summary>How it's written.</summary>
    DatasetFormat Format { get; }

    /// <summary>Size on disk of what <see cref="ReadItems"/> reads; 0 if there are no items or no files.</summary>
    long ItemBytes { get; }

    /// <summary>Size on disk of what <see cref="ReadEvents"/> reads; 0 if there are no events or no files.</summary>
    long EventBytes { get; }

    /// <summary>False: the data set has no times, and those of the events are made up (each user's events a minute apart from 2020-01-01T00:00:00Z
    /// on).</summary>
    bool HasTimes { get; }

    /// <summary>True: events come in the order of their times (ties in file order). False: in file order.</summary>
    bool IsInTimeOrder { get; }

    /// <summary>Reads the items; may be called repeatedly. Bad lines go to <paramref name="progress"/> and never end the reading.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    IEnumerable<DatasetItem> ReadItems(ReadProgress progress, CancellationToken cancellationToken);

    /// <summary>Reads the events; may be called repeatedly. Bad lines go to <paramref name="progress"/> and never end the reading.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    IEnumerable<DatasetEvent> ReadEvents(ReadProgress progress, CancellationToken cancellationToken);
}
