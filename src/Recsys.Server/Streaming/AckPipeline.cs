using Google.Protobuf.Collections;
using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Hosting;
using Recsys.Server.Validation;
using Recsys.Serving;
using Recsys.Serving.Access;
using Recsys.Serving.Events;
using Recsys.Storage;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Streaming;

/// <summary>
/// A stream's events between reading and ack. The reader hands each message to the engine without waiting for its commit; acks leave in the order of
/// the stream, each after its commit. Nothing is dropped: when too many acks are unsent the reader has to wait.
/// </summary>
internal sealed class AckPipeline(
    Engine engine, CallAccess access, StreamOptions limits, TimeProvider time, ILogger log, ServerMetrics metrics, StreamSignal toWriter) : IDisposable
{
    // A message beyond this is no mistake of one event too many: answering each of its events would cost more than it's worth.
    private const int HopelessEventCount = 10_000;
    private const int MaxViolationsPerEvent = 8;
    private const int MaxAcksPerMessage = 1_000;
    private const int MaxErrorBytesPerMessage = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<PendingBatch> _blockingBatches = new();
    private readonly StreamSignal _room = new();
    private readonly FieldViolations _violations = new(MaxViolationsPerEvent);
    private readonly StoreDurability _durability = engine.Durability;
    private int _unsent;
    private long _unsettledBytes;

    /// <summary>True: everything that was read is answered.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _blockingBatches.Count == 0;
        }
    }

    /// <summary>Waits until few enough acks are unsent for another message to be read.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _unsent) > limits.MaxUnsentAcks || Interlocked.Read(ref _unsettledBytes) > limits.MaxUnsettledBytes)
            await _room.WaitAsync(cancellationToken);
    }

    /// <summary>Takes a message's events in. Called by the reader alone, in the order of the stream.</summary>
    /// <param name="ns">The message's namespace as sent.</param>
    /// <param name="events">Its events; none is fine.</param>
    /// <param name="messageBytes">Its size.</param>
    /// <param name="refusal">Why none of them may be stored; null: they may.</param>
    /// <param name="cancellationToken">Ends when the stream does.</param>
    public void Enqueue(string ns, RepeatedField<V1.SequencedEvent> events, int messageBytes, RpcStatus? refusal, CancellationToken cancellationToken)
    {
        if (events.Count == 0) return;
        if (events.Count > HopelessEventCount) throw TooManyEvents(events.Count).ToRpcException();
        var numbers = new ulong[events.Count];
        var errors = new RpcStatus?[events.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = events[i].SequenceNumber;

        var valid = new List<WatchEvent>();
        refusal ??= access.Check(ns, ApiScope.Ingest) ?? MessageFault(ref ns, events.Count);
        if (refusal is not null) Array.Fill(errors, refusal);
        else valid = ReadEvents(events, errors);

        var batch = new PendingBatch(numbers, errors, messageBytes);
        Interlocked.Add(ref _unsent, numbers.Length);
        metrics.AcksOwed(numbers.Length);
        Interlocked.Add(ref _unsettledBytes, messageBytes);
        lock (_lock) _blockingBatches.Enqueue(batch);
        _ = SettleAsync(batch, ns, valid, cancellationToken);
    }

    /// <summary>Moves settled acks, in the order of the stream, into a message. Called by the writer alone.</summary>
    public int TakeSettled(RepeatedField<V1.EventAck> target)
    {
        var taken = 0;
        var errorBytes = 0;
        while (taken < MaxAcksPerMessage && errorBytes < MaxErrorBytesPerMessage)
        {
            PendingBatch? batch;
            lock (_lock)
            {
                if (!_blockingBatches.TryPeek(out batch) || !batch.Settled) return taken;
            }

            while (!batch.Finished && taken < MaxAcksPerMessage && errorBytes < MaxErrorBytesPerMessage)
            {
                var ack = batch.Next(_durability);
                if (ack.Error is not null) errorBytes += ack.CalculateSize();
                target.Add(ack);
                taken++;
            }

            if (batch.Finished)
            {
                lock (_lock) _blockingBatches.Dequeue();
            }
        }

        return taken;
    }

    /// <summary>Acks are with the client's connection: there's room for more.</summary>
    public void Sent(int count)
    {
        if (count == 0) return;
        Interlocked.Add(ref _unsent, -count);
        metrics.AcksSent(count);
        _room.Set();
    }

    public void Dispose() => metrics.AcksAbandoned(Interlocked.Exchange(ref _unsent, 0));

    private static RpcStatus TooManyEvents(int count) =>
        RpcErrors.BadField("events", $"holds {count} events, at most {EventReader.MaxEventsPerMessage} are allowed");

    private RpcStatus? MessageFault(ref string ns, int count)
    {
        if (count > EventReader.MaxEventsPerMessage) return TooManyEvents(count);
        _violations.Clear();
        ns = _violations.In("").Namespace(ns);
        return _violations.Any ? RpcErrors.BadRequest(_violations) : null;
    }

    private List<WatchEvent> ReadEvents(RepeatedField<V1.SequencedEvent> events, RpcStatus?[] errors)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var valid = new List<WatchEvent>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            _violations.Clear();
            var result = default(WatchEvent);
            if (events[i].Event is { } message) result = EventReader.Read(message, nowMs, _violations.In("events", i, "event"));
            else _violations.In("events", i).Add("event", "is required");
            if (_violations.Any) errors[i] = RpcErrors.BadRequest(_violations);
            else valid.Add(result!);
        }

        return valid;
    }

    private async Task SettleAsync(PendingBatch batch, string ns, List<WatchEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            // The engine queues the events before its first await, so that batches of one stream keep their order.
            batch.Settle(events.Count == 0 ? [] : await engine.WriteAsync(ns, events, cancellationToken));
        }
        catch (Exception exception)
        {
            batch.Fail(RpcErrors.TryOf(exception) ?? Unexpected(exception));
        }

        Interlocked.Add(ref _unsettledBytes, -batch.MessageBytes);
        _room.Set();
        toWriter.Set();
    }

    private RpcStatus Unexpected(Exception exception)
    {
        var incidentId = Guid.NewGuid().ToString("N")[..12];
        log.CallFailed(exception, "writing events of a stream", incidentId);
        return RpcErrors.Internal(incidentId);
    }
}
