namespace Recsys.Serving.Events;

/// <summary>One call's events on their way: settled one by one, by any shard, in any order; done when all are.</summary>
internal sealed class PendingWrite(string ns, IReadOnlyList<WatchEvent> events, long receiveTimeMs, long receivedTimestamp = 0)
{
    private readonly EventOutcome[] _outcomes = new EventOutcome[events.Count];
    private readonly TaskCompletionSource<IReadOnlyList<EventOutcome>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unsettled = events.Count;

    public string Namespace => ns;

    public IReadOnlyList<WatchEvent> Events => events;

    public long ReceiveTimeMs => receiveTimeMs;

    /// <summary>The <see cref="TimeProvider"/> timestamp of the receipt, by which freshness is measured; 0: it isn't.</summary>
    public long ReceivedTimestamp => receivedTimestamp;

    public Task<IReadOnlyList<EventOutcome>> Done => _done.Task;

    public void Settle(int index, EventOutcome outcome)
    {
        _outcomes[index] = outcome;
        if (Interlocked.Decrement(ref _unsettled) == 0) _done.TrySetResult(_outcomes);
    }
}
