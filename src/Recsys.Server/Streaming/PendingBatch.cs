using Recsys.Server.Mapping;
using Recsys.Serving.Events;
using Recsys.Storage;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Streaming;

/// <summary>One message's events on their way from the client to their acks.</summary>
/// <param name="sequenceNumbers">The numbers to ack, in the order sent.</param>
/// <param name="errors">What is wrong with each, in the same order; null: it went to the engine.</param>
/// <param name="messageBytes">Size of the message, counted as memory until its events are settled.</param>
internal sealed class PendingBatch(ulong[] sequenceNumbers, RpcStatus?[] errors, int messageBytes)
{
    private IReadOnlyList<EventOutcome> _outcomes = [];
    private RpcStatus? _failure;
    private int _nextEvent;
    private int _nextOutcome;
    private volatile bool _settled;

    public int MessageBytes => messageBytes;

    /// <summary>True: every event of it is committed or refused.</summary>
    public bool Settled => _settled;

    public bool Finished => _nextEvent == sequenceNumbers.Length;

    public void Settle(IReadOnlyList<EventOutcome> outcomes)
    {
        _outcomes = outcomes;
        _settled = true;
    }

    /// <summary>None of the events that went to the engine is known to be stored.</summary>
    public void Fail(RpcStatus failure)
    {
        _failure = failure;
        _settled = true;
    }

    /// <summary>The next ack.</summary>
    public V1.EventAck Next(StoreDurability durability)
    {
        var index = _nextEvent++;
        if (errors[index] is { } error) return new V1.EventAck { SequenceNumber = sequenceNumbers[index], Error = error };
        if (_failure is not null) return new V1.EventAck { SequenceNumber = sequenceNumbers[index], Error = _failure };
        return EventMapping.Ack(sequenceNumbers[index], _outcomes[_nextOutcome++], durability);
    }
}
