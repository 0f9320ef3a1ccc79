namespace Recsys.Datasets;

/// <summary>Counts of a reading under way. Written by the reader, may be read from any thread.</summary>
/// <param name="onRejected">Called on the reader's thread for each line left out.</param>
public sealed class ReadProgress(Action<RejectedLine>? onRejected = null)
{
    private long _bytesRead;
    private long _linesRead;
    private long _rejectedLines;
    private long _unknownItems;

    /// <summary>Bytes read from disk so far (of compressed files: compressed bytes), over all readings with this object. Compare with
    /// <see cref="IDataset.ItemBytes"/> and <see cref="IDataset.EventBytes"/>.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Lines read so far, rejected ones included.</summary>
    public long LinesRead => Interlocked.Read(ref _linesRead);

    /// <summary>Lines left out so far.</summary>
    public long RejectedLines => Interlocked.Read(ref _rejectedLines);

    /// <summary>Interactions of sequence files that were written `0` (unknown item) and left out so far; they aren't errors.</summary>
    public long UnknownItems => Interlocked.Read(ref _unknownItems);

    internal void AddBytes(long count) => Interlocked.Add(ref _bytesRead, count);

    internal void AddLine() => Interlocked.Increment(ref _linesRead);

    internal void AddUnknownItem() => Interlocked.Increment(ref _unknownItems);

    internal void Reject(RejectedLine line)
    {
        Interlocked.Increment(ref _rejectedLines);
        onRejected?.Invoke(line);
    }
}
