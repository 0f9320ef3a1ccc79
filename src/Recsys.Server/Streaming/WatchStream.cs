using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Mapping;
using Recsys.Serving.Lists;

namespace Recsys.Server.Streaming;

/// <summary>RecommendationService.WatchRecommendations: one user's list now and again after each change, coalesced to the newest.</summary>
internal sealed class WatchStream : IDisposable
{
    private readonly StreamContext _context;
    private readonly CallAccess _access;
    private readonly StreamSignal _toWriter = new();
    private readonly LatestListOutbox _lists;

    public WatchStream(StreamContext context, CallAccess access)
    {
        _context = context;
        _access = access;
        _lists = new LatestListOutbox(context.Engine, context.Limits, context.Metrics, _toWriter);
        context.Metrics.StreamOpened();
    }

    public async Task RunAsync(ListRequest request, IAsyncStreamWriter<V1.WatchRecommendationsResponse> responses, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _context.Stopping);
        if (_lists.Subscribe(request) is { } refusal) throw refusal.ToRpcException();
        while (true)
        {
            while (_lists.TryTake(out var owed))
            {
                if (_access.CheckKey() is { } noLonger) throw noLonger.ToRpcException();
                var ranked = await _context.Engine.RecommendAsync(owed, either.Token);
                var list = ListMapping.Write(ranked);
                await responses.WriteAsync(new V1.WatchRecommendationsResponse { List = list }, either.Token);
                _context.Metrics.ListsSent(1);
                if (ranked.ReceivedTimestamp != 0) _context.Metrics.EventToList(_context.Time.GetElapsedTime(ranked.ReceivedTimestamp));
            }

            await _toWriter.WaitAsync(either.Token);
        }
    }

    public void Dispose()
    {
        _lists.Dispose();
        _context.Metrics.StreamClosed();
    }
}
