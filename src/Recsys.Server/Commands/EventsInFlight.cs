using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>The events of an import that were sent and are not settled yet, with those to be sent again. Thread-safe.</summary>
internal sealed class EventsInFlight
{
    private const int MaxTries = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (Event Event, int Tries)> _waiting = [];
    private readonly Queue<ulong> _retries = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _last;
    private bool _closed;

    /// <summary>Numbers an event and keeps it.</summary>
    public SequencedEvent Add(Event message)
    {
        lock (_lock)
        {
            _waiting[++_last] = (message, 1);
            return new SequencedEvent { SequenceNumber = _last, Event = message };
        }
    }

    /// <summary>Takes an event out; null: it isn't there.</summary>
    public Event? Settle(ulong sequenceNumber)
    {
        lock (_lock)
        {
            _waiting.Remove(sequenceNumber, out var found);
            Signal();
            return found.Event;
        }
    }

    /// <summary>Puts an event in line to be sent again; false: it was tried often enough.</summary>
    public bool Retry(ulong sequenceNumber)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(sequenceNumber, out var found) || found.Tries == MaxTries)
            {
                return false;
            }

            _waiting[sequenceNumber] = (found.Event, found.Tries + 1);
            _retries.Enqueue(sequenceNumber);
            Signal();
            return true;
        }
    }

    /// <summary>Takes events that are in line to be sent again.</summary>
    public IReadOnlyList<SequencedEvent> TakeRetries(int maxCount)
    {
        lock (_lock)
        {
            var taken = new List<SequencedEvent>();
            while (taken.Count < maxCount && _retries.TryDequeue(out var sequenceNumber))
            {
                taken.Add(new SequencedEvent { SequenceNumber = sequenceNumber, Event = _waiting[sequenceNumber].Event });
            }

            return taken;
        }
    }

    /// <summary>Waits until everything is settled (false) or something is to be sent again (true, after a pause for the server to catch its breath).</summary>
    public async Task<bool> SettledAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_closed || _waiting.Count == 0)
                {
                    return false;
                }

                if (_retries.Count > 0)
                {
                    break;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        return true;
    }

    /// <summary>No more acks will come.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Signal();
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
