using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;

namespace Recsys.Server.Streaming;

/// <summary>RecommendationService.StreamRecommendations: one stream, many users; events and subscriptions in, acks and fresh lists out.</summary>
internal sealed class RecommendationStream : IDisposable
{
    // Few, so that acks don't wait for many lists to be made.
    private const int MaxListsPerMessage = 8;
    private const int MaxListBytesPerMessage = 256 * 1024;
    private const int MaxSubscriptionErrorsPerMessage = 1_000;

    private readonly StreamContext _context;
    private readonly CallAccess _access;
    private readonly StreamSignal _toWriter = new();
    private readonly StreamPump _pump;
    private readonly AckPipeline _acks;
    private readonly LatestListOutbox _lists;
    private readonly SubscriptionReader _subscriptions;
    private readonly List<long> _received = [];

    public RecommendationStream(StreamContext context, CallAccess access)
    {
        _context = context;
        _access = access;
        _pump = new StreamPump(_toWriter);
        _acks = new AckPipeline(context.Engine, access, context.Limits, context.Time, context.Log, context.Metrics, _toWriter);
        _lists = new LatestListOutbox(context.Engine, context.Limits, context.Metrics, _toWriter);
        _subscriptions = new SubscriptionReader(_lists, access, context, _toWriter);
        context.Metrics.StreamOpened();
    }

    public Task RunAsync(
        IAsyncStreamReader<V1.StreamRecommendationsRequest> requests,
        IAsyncStreamWriter<V1.StreamRecommendationsResponse> responses,
        CancellationToken cancellationToken) =>
        _pump.RunAsync(token => ReadAsync(requests, token), token => WriteAsync(responses, token), cancellationToken);

    public void Dispose()
    {
        _lists.Dispose();
        _acks.Dispose();
        _context.Metrics.StreamClosed();
    }

    private async Task ReadAsync(IAsyncStreamReader<V1.StreamRecommendationsRequest> requests, CancellationToken cancellationToken)
    {
        await foreach (var message in MessageReader.ReadAsync(requests, WaitForRoomAsync, _context.Stopping, cancellationToken))
        {
            var refusal = _access.CheckKey();

            // Subscriptions first: a message that subscribes a user and brings the user's first event is answered with lists that follow from it.
            _subscriptions.Read(message, refusal);
            _acks.Enqueue(message.Namespace, message.Events, message.CalculateSize(), refusal, cancellationToken);
            if (refusal is not null) throw refusal.ToRpcException();
        }
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        await _acks.WaitForRoomAsync(cancellationToken);
        await _subscriptions.WaitForRoomAsync(cancellationToken);
    }

    private async Task WriteAsync(IAsyncStreamWriter<V1.StreamRecommendationsResponse> responses, CancellationToken cancellationToken)
    {
        while (true)
        {
            var readingDone = _pump.ReadingDone; // before looking: what is read in between is seen
            var response = new V1.StreamRecommendationsResponse();
            var acks = _acks.TakeSettled(response.Acks);
            var errors = _subscriptions.TakeErrors(response.SubscriptionErrors, MaxSubscriptionErrorsPerMessage);
            await AddListsAsync(response, cancellationToken);

            // The acks of the events that these lists follow from should not come after them.
            acks += _acks.TakeSettled(response.Acks);
            if (acks > 0 || response.Lists.Count > 0 || response.SubscriptionErrors.Count > 0)
            {
                await responses.WriteAsync(response, cancellationToken);
                _acks.Sent(acks);
                _subscriptions.Sent(errors);
                _context.Metrics.ListsSent(response.Lists.Count);
                foreach (var received in _received) _context.Metrics.EventToList(_context.Time.GetElapsedTime(received));
                _received.Clear();
            }
            else if (readingDone && _acks.IsEmpty && _lists.IsEmpty && _subscriptions.IsEmpty)
            {
                return;
            }
            else
            {
                await _toWriter.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Makes owed lists now that they can be sent: from the newest state, whatever happened since they were owed.</summary>
    private async ValueTask AddListsAsync(V1.StreamRecommendationsResponse response, CancellationToken cancellationToken)
    {
        var bytes = 0;
        while (response.Lists.Count < MaxListsPerMessage && bytes < MaxListBytesPerMessage && _lists.TryTake(out var request))
        {
            // A key that was revoked since gets no more lists, even on a stream that's silent.
            if (_access.CheckKey() is { } refusal) throw refusal.ToRpcException();
            try
            {
                var ranked = await _context.Engine.RecommendAsync(request, cancellationToken);
                var list = ListMapping.Write(ranked);
                if (ranked.ReceivedTimestamp != 0) _received.Add(ranked.ReceivedTimestamp);
                response.Lists.Add(list);
                bytes += list.CalculateSize();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && RpcErrors.TryOf(exception) is { } status)
            {
                response.SubscriptionErrors.Add(SubscriptionReader.Error(request.UserIds[0], request.Placement, status));
                return;
            }
        }
    }
}
