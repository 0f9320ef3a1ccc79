using Grpc.Core;
using Recsys.Server.Access;

namespace Recsys.Server.Streaming;

/// <summary>EventService.StreamEvents: events in, acks out.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly StreamContext _context;
    private readonly CallAccess _access;
    private readonly StreamSignal _toWriter = new();
    private readonly StreamPump _pump;
    private readonly AckPipeline _acks;

    public EventStream(StreamContext context, CallAccess access)
    {
        _context = context;
        _access = access;
        _pump = new StreamPump(_toWriter);
        _acks = new AckPipeline(context.Engine, access, context.Limits, context.Time, context.Log, context.Metrics, _toWriter);
        context.Metrics.StreamOpened();
    }

    public Task RunAsync(
        IAsyncStreamReader<V1.StreamEventsRequest> requests, IAsyncStreamWriter<V1.StreamEventsResponse> responses, CancellationToken cancellationToken) =>
        _pump.RunAsync(token => ReadAsync(requests, token), token => WriteAsync(responses, token), cancellationToken);

    public void Dispose()
    {
        _acks.Dispose();
        _context.Metrics.StreamClosed();
    }

    private async Task ReadAsync(IAsyncStreamReader<V1.StreamEventsRequest> requests, CancellationToken cancellationToken)
    {
        await foreach (var message in MessageReader.ReadAsync(requests, _acks.WaitForRoomAsync, _context.Stopping, cancellationToken))
        {
            var refusal = _access.CheckKey();
            _acks.Enqueue(message.Namespace, message.Events, message.CalculateSize(), refusal, cancellationToken);
            if (refusal is not null) throw refusal.ToRpcException();
        }
    }

    private async Task WriteAsync(IAsyncStreamWriter<V1.StreamEventsResponse> responses, CancellationToken cancellationToken)
    {
        while (true)
        {
            var readingDone = _pump.ReadingDone; // before looking: what is read in between is seen
            var response = new V1.StreamEventsResponse();
            var count = _acks.TakeSettled(response.Acks);
            if (count > 0)
            {
                await responses.WriteAsync(response, cancellationToken);
                _acks.Sent(count);
            }
            else if (readingDone && _acks.IsEmpty)
            {
                return;
            }
            else
            {
                await _toWriter.WaitAsync(cancellationToken);
            }
        }
    }
}
