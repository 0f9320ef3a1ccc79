using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>One connection to one server: a recommendation stream for the events of its users, and unary calls beside it.</summary>
internal sealed class LoadLane : IAsyncDisposable
{
    private const int SubscriptionsPerMessage = 500;
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(200);

    private readonly BenchSettings _settings;
    private readonly LoadRecorder _recorder;
    private readonly IReadOnlyList<string> _subscribed;
    private readonly GrpcChannel _channel;
    private readonly RecommendationService.RecommendationServiceClient _client;
    private readonly Channel<EventsToSend> _rejectWhenFullQueue;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (long Scheduled, string UserId)> _waiting = [];
    private readonly FollowedUsers _followed;
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abort = new();
    private Task _running = Task.CompletedTask;
    private ulong _sequenceNumber;

    public LoadLane(string address, BenchSettings settings, LoadRecorder recorder, IReadOnlyList<string> subscribed)
    {
        _settings = settings;
        _recorder = recorder;
        _subscribed = subscribed;
        _followed = new FollowedUsers(recorder);
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        _client = new RecommendationService.RecommendationServiceClient(_channel.Intercept(metadata =>
        {
            if (settings.ApiKey.Length > 0) metadata.Add("authorization", $"Bearer {settings.ApiKey}");
            return metadata;
        }));
        _rejectWhenFullQueue = Channel.CreateBounded<EventsToSend>(new BoundedChannelOptions(settings.MaxInFlight) { SingleReader = true });
    }

    /// <summary>Opens the stream and waits until every watched user has had a list.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync();
        await Task.WhenAny(_listed.Task, _running).WaitAsync(cancellationToken);
        if (_running.IsCompleted) await _running;
    }

    /// <summary>Sends a message of events; false: too many wait.</summary>
    public bool TrySend(EventsToSend events) => _rejectWhenFullQueue.Writer.TryWrite(events);

    /// <summary>Calls Recommend.</summary>
    public Task RecommendAsync(string userId, long scheduled) => CallAsync(OperationKind.Recommend, scheduled, token => _client.RecommendAsync(
        new RecommendRequest { Namespace = _settings.Namespace, UserIds = { userId }, PageSize = _settings.PageSize }, cancellationToken: token));

    /// <summary>Calls ListSimilarItems.</summary>
    public Task ListSimilarAsync(string itemId, long scheduled) => CallAsync(OperationKind.Similar, scheduled, token => _client.ListSimilarItemsAsync(
        new ListSimilarItemsRequest { Namespace = _settings.Namespace, ItemId = itemId, PageSize = _settings.PageSize }, cancellationToken: token));

    /// <summary>Ends the stream: nothing more is sent, what is owed is received.</summary>
    public async Task FinishAsync(TimeSpan patience)
    {
        _rejectWhenFullQueue.Writer.TryComplete();
        await Task.WhenAny(_running, Task.Delay(patience, CancellationToken.None));
        await _abort.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await FinishAsync(TimeSpan.Zero);
        _channel.Dispose();
        _abort.Dispose();
    }

    private async Task CallAsync<T>(OperationKind kind, long scheduled, Func<CancellationToken, AsyncUnaryCall<T>> call)
    {
        _recorder.Lag(scheduled, Stopwatch.GetTimestamp());
        try
        {
            await call(_abort.Token).ResponseAsync.ConfigureAwait(false);
            _recorder.Complete(kind, scheduled, Stopwatch.GetTimestamp());
        }
        catch (RpcException e)
        {
            _recorder.Fail(kind, scheduled, _abort.IsCancellationRequested ? LoadRecorder.Unfinished : Name(e.StatusCode));
        }
    }

    /// <summary>Keeps a stream open until the load is over. One that breaks fails what was sent on it; the next one sends what comes after.</summary>
    private async Task RunAsync()
    {
        var reader = _rejectWhenFullQueue.Reader;
        while (!_abort.IsCancellationRequested && !reader.Completion.IsCompleted)
        {
            try
            {
                await StreamAsync();
                Abandon(LoadRecorder.Unfinished);
            }
            catch (RpcException e)
            {
                Abandon(_abort.IsCancellationRequested ? LoadRecorder.Unfinished : Name(e.StatusCode));
                if (!_listed.Task.IsCompleted) throw; // the load never began
                await Task.Delay(ReconnectPause, _abort.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        while (reader.TryRead(out var unsent))
        {
            foreach (var _ in unsent.Events) _recorder.Fail(OperationKind.Events, unsent.Scheduled, LoadRecorder.Unfinished);
        }
    }

    private async Task StreamAsync()
    {
        using var call = _client.StreamRecommendations(cancellationToken: _abort.Token);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        var reading = ReadAsync(call.ResponseStream, broken);
        try
        {
            await SubscribeAsync(call.RequestStream, broken.Token);
            while (await _rejectWhenFullQueue.Reader.WaitToReadAsync(broken.Token))
            {
                while (!broken.IsCancellationRequested && _rejectWhenFullQueue.Reader.TryRead(out var next)) await call.RequestStream.WriteAsync(Register(next), broken.Token);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or RpcException)
        {
            // The stream is gone. Reading, which ends with it, knows why.
        }

        await reading;
    }

    private async Task SubscribeAsync(IClientStreamWriter<StreamRecommendationsRequest> requests, CancellationToken cancellationToken)
    {
        foreach (var part in _subscribed.Chunk(SubscriptionsPerMessage))
        {
            lock (_lock)
            {
                foreach (var userId in part) _followed.Add(userId);
            }

            var message = new StreamRecommendationsRequest { Namespace = _settings.Namespace };
            message.Subscriptions.AddRange(part.Select(userId => new RecommendRequest { UserIds = { userId }, PageSize = _settings.PageSize }));
            await requests.WriteAsync(message, cancellationToken);
        }

        if (_subscribed.Count > 0) return;
        _listed.TrySetResult();
    }

    private StreamRecommendationsRequest Register(EventsToSend next)
    {
        var message = new StreamRecommendationsRequest { Namespace = _settings.Namespace };
        var now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            foreach (var made in next.Events)
            {
                var number = ++_sequenceNumber;
                _waiting[number] = (next.Scheduled, made.UserId);
                _followed.Sent(made.UserId, next.Scheduled, now);
                message.Events.Add(new SequencedEvent { SequenceNumber = number, Event = made });
            }
        }

        return message;
    }

    private async Task ReadAsync(IAsyncStreamReader<StreamRecommendationsResponse> responses, CancellationTokenSource broken)
    {
        try
        {
            while (await responses.MoveNext(CancellationToken.None)) Take(responses.Current, Stopwatch.GetTimestamp());
        }
        finally
        {
            await broken.CancelAsync();
        }
    }

    private void Take(StreamRecommendationsResponse response, long now)
    {
        lock (_lock)
        {
            foreach (var list in response.Lists) _followed.ListCame(list.UserIds[0], list.StateRevision, now);
            if (_followed.Listed >= _subscribed.Count) _listed.TrySetResult();
            foreach (var ack in response.Acks)
            {
                if (!_waiting.Remove(ack.SequenceNumber, out var sent)) continue;
                var stored = ack.ResultCase == EventAck.ResultOneofCase.Accepted;
                _followed.Acknowledged(sent.UserId, stored, now);
                if (stored) _recorder.Complete(OperationKind.Events, sent.Scheduled, now);
                else _recorder.Fail(OperationKind.Events, sent.Scheduled, ack.Error is { } error ? Name((StatusCode)error.Code) : ack.ResultCase.ToString().ToUpperInvariant());
            }
        }

        if (response.SubscriptionErrors.Count > 0) _listed.TrySetException(new IOException($"A subscription was refused: {response.SubscriptionErrors[0].Status.Message}"));
    }

    private void Abandon(string code)
    {
        lock (_lock)
        {
            foreach (var (scheduled, _) in _waiting.Values) _recorder.Fail(OperationKind.Events, scheduled, code);
            _waiting.Clear();
            _followed.Abandon(code);
        }
    }

    /// <summary>The code as the contract writes it: RESOURCE_EXHAUSTED.</summary>
    private static string Name(StatusCode code) =>
        string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString()));
}
