namespace Recsys.Serving.Migration;

/// <summary>The users of one store, counted and summed up.</summary>
internal sealed class UserSums
{
    private long _events;
    private long _exposures;
    private long _undone;
    private long _recent;

    public ContentSum Users { get; } = new();

    public long Events => Volatile.Read(ref _events);

    public long Exposures => Volatile.Read(ref _exposures);

    public long Undone => Volatile.Read(ref _undone);

    /// <summary>Ids that are answered as duplicates now, of those that should be.</summary>
    public long Recent => Volatile.Read(ref _recent);

    public void Add(UserContent content)
    {
        Users.Add(content.Hash);
        Interlocked.Add(ref _events, content.Events);
        Interlocked.Add(ref _exposures, content.Exposures);
        Interlocked.Add(ref _undone, content.Undone);
    }

    public void AddRecent(int count) => Interlocked.Add(ref _recent, count);
}
