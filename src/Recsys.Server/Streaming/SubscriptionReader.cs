using Google.Protobuf.Collections;
using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Validation;
using Recsys.Serving.Access;
using Recsys.Storage;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Streaming;

/// <summary>Checks a stream's subscriptions, hands the good ones to the outbox and answers the bad ones in their place.</summary>
internal sealed class SubscriptionReader(LatestListOutbox lists, CallAccess access, StreamContext context, StreamSignal toWriter)
{
    private const int MaxPerMessage = 10_000;
    private const int MaxUnsentErrors = 1_000;
    private const int MaxEchoLength = 128;

    private readonly Lock _lock = new();
    private readonly Queue<V1.SubscriptionError> _blockingErrors = new();
    private readonly StreamSignal _room = new();
    private readonly FieldViolations _violations = new(maxReported: 20);
    private int _unsent;

    /// <summary>True: every refusal is taken by the writer.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _blockingErrors.Count == 0;
        }
    }

    public static V1.SubscriptionError Error(string userId, string placement, RpcStatus status) =>
        new() { UserId = Echo(userId), Placement = Echo(placement), Status = status };

    /// <summary>Waits until few enough refusals are unsent for another message to be read.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _unsent) > MaxUnsentErrors) await _room.WaitAsync(cancellationToken);
    }

    /// <summary>Takes a message's subscriptions in. Called by the reader alone.</summary>
    /// <param name="message">The message.</param>
    /// <param name="refusal">Why none of them may be taken; null: they may.</param>
    public void Read(V1.StreamRecommendationsRequest message, RpcStatus? refusal)
    {
        if (message.Subscriptions.Count > MaxPerMessage)
        {
            throw RpcErrors.BadField("subscriptions", $"holds {message.Subscriptions.Count} subscriptions, at most {MaxPerMessage} are allowed in a message")
                .ToRpcException();
        }

        for (var i = 0; i < message.Subscriptions.Count; i++)
        {
            var subscription = message.Subscriptions[i];
            var error = refusal ?? access.Check(message.Namespace, ApiScope.Read) ?? Subscribe(message.Namespace, subscription, i);
            if (error is not null) Answer(Error(subscription.UserIds.Count > 0 ? subscription.UserIds[0] : "", subscription.Placement, error));
        }

        var ns = message.Namespace.Length == 0 ? FieldRules.DefaultNamespace : message.Namespace;
        foreach (var userId in message.UnsubscribeUserIds) lists.Unsubscribe(new UserKey(ns, userId));
    }

    /// <summary>Moves refusals into a message. Called by the writer alone.</summary>
    public int TakeErrors(RepeatedField<V1.SubscriptionError> target, int max)
    {
        var taken = 0;
        lock (_lock)
        {
            while (taken < max && _blockingErrors.TryDequeue(out var error))
            {
                target.Add(error);
                taken++;
            }
        }

        return taken;
    }

    public void Sent(int count)
    {
        if (count == 0) return;
        Interlocked.Add(ref _unsent, -count);
        _room.Set();
    }

    public static string Echo(string value) => value.Length <= MaxEchoLength ? value : value[..(MaxEchoLength - (char.IsHighSurrogate(value[MaxEchoLength - 1]) ? 1 : 0))];

    private RpcStatus? Subscribe(string ns, V1.RecommendRequest subscription, int index)
    {
        _violations.Clear();
        ns = _violations.In("").Namespace(ns);
        _violations.In("subscriptions", index);
        if (subscription.Namespace.Length > 0 && subscription.Namespace != ns) _violations.Add("namespace", "must be empty or the message's");
        if (subscription.UserIds.Count != 1) _violations.Add("user_ids", "must hold exactly one user");
        if (subscription.PageToken.Length > 0) _violations.Add("page_token", "must be empty in a subscription");
        var request = ListMapping.Read(subscription, ns, context.Time.GetUtcNow().ToUnixTimeMilliseconds(), _violations);
        return _violations.Any ? RpcErrors.BadRequest(_violations) : lists.Subscribe(request);
    }

    private void Answer(V1.SubscriptionError error)
    {
        Interlocked.Increment(ref _unsent);
        lock (_lock) _blockingErrors.Enqueue(error);
        toWriter.Set();
    }
}
