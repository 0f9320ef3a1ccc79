using Grpc.Core;
using Recsys.V1;

namespace Recsys.ServerTests.Running;

/// <summary>A StreamRecommendations call whose answers are gathered as they come.</summary>
internal sealed class Duplex : IAsyncDisposable
{
    private readonly AsyncDuplexStreamingCall<StreamRecommendationsRequest, StreamRecommendationsResponse> _call;
    private readonly Task _reading;
    private readonly Lock _lock = new();
    private readonly List<EventAck> _acks = [];
    private readonly List<RecommendationList> _lists = [];
    private readonly List<SubscriptionError> _errors = [];

    public Duplex(Clients clients, int seconds = 120)
    {
        _call = clients.Lists.StreamRecommendations(cancellationToken: Eventually.Soon(seconds));
        _reading = ReadAsync();
    }

    public IReadOnlyList<EventAck> Acks
    {
        get
        {
            lock (_lock) return [.. _acks];
        }
    }

    public IReadOnlyList<RecommendationList> Lists
    {
        get
        {
            lock (_lock) return [.. _lists];
        }
    }

    public IReadOnlyList<SubscriptionError> Errors
    {
        get
        {
            lock (_lock) return [.. _errors];
        }
    }

    public Task SendAsync(params SequencedEvent[] events)
    {
        var message = new StreamRecommendationsRequest();
        message.Events.AddRange(events);
        return SendAsync(message);
    }

    public Task SendAsync(StreamRecommendationsRequest message) => _call.RequestStream.WriteAsync(message);

    public Task SubscribeAsync(RecommendRequest request) => SendAsync(new StreamRecommendationsRequest { Subscriptions = { request } });

    public Task AcksAsync(int count) => UntilAsync(() => Acks.Count >= count, $"{count} acks");

    public Task ListsAsync(int count) => UntilAsync(() => Lists.Count >= count, $"{count} lists");

    public Task ErrorsAsync(int count) => UntilAsync(() => Errors.Count >= count, $"{count} subscription errors");

    /// <summary>Half-closes and reads to the end.</summary>
    public async Task FinishAsync()
    {
        await _call.RequestStream.CompleteAsync();
        await _reading;
    }

    /// <summary>Reads until the server ends the call.</summary>
    public Task EndAsync() => _reading;

    /// <summary>Resets the call.</summary>
    public void Cancel() => _call.Dispose();

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        await Eventually.HoldsAsync(() => condition() || _reading.IsCompleted, what);
        if (!condition()) await _reading;
        Assert.True(condition(), $"The stream ended before {what}.");
    }

    private async Task ReadAsync()
    {
        await foreach (var message in _call.ResponseStream.ReadAllAsync())
        {
            lock (_lock)
            {
                _acks.AddRange(message.Acks);
                _lists.AddRange(message.Lists);
                _errors.AddRange(message.SubscriptionErrors);
            }
        }
    }
}
