using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Events;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Events;

/// <summary>recsys.v1.EventService.</summary>
internal sealed class EventEndpoint(StreamContext streams) : V1.EventService.EventServiceBase
{
    private const int MaxViolationsPerEvent = 8;

    public override async Task<V1.WriteEventsResponse> WriteEvents(V1.WriteEventsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Count("events", request.Events.Count, EventReader.MaxEventsPerMessage, min: 1);
        violations.ThrowIfAny();

        var engine = streams.Engine;
        var (valid, errors) = Read(request, streams.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var outcomes = valid.Count == 0 ? [] : await engine.WriteAsync(ns, valid, context.CancellationToken);
        var response = new V1.WriteEventsResponse();
        var next = 0;
        for (var i = 0; i < errors.Length; i++)
        {
            response.Acks.Add(errors[i] is { } error
                ? new V1.EventAck { SequenceNumber = (ulong)i, Error = error }
                : EventMapping.Ack((ulong)i, outcomes[next++], engine.Durability));
        }

        return response;
    }

    public override async Task StreamEvents(
        IAsyncStreamReader<V1.StreamEventsRequest> requestStream, IServerStreamWriter<V1.StreamEventsResponse> responseStream, ServerCallContext context)
    {
        using var stream = new EventStream(streams, AccessInterceptor.Of(context));
        await stream.RunAsync(requestStream, responseStream, context.CancellationToken);
    }

    public override async Task<V1.UndoEventsResponse> UndoEvents(V1.UndoEventsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("user_id", request.UserId);
        if (violations.Count("event_ids", request.EventIds.Count, EventReader.MaxEventsPerMessage, min: 1))
        {
            for (var i = 0; i < request.EventIds.Count; i++) violations.Id("event_ids", request.EventIds[i], index: i);
        }

        violations.ThrowIfAny();
        var outcomes = await streams.Engine.UndoAsync(ns, request.UserId, request.EventIds, context.CancellationToken);
        var response = new V1.UndoEventsResponse();
        response.Results.AddRange(outcomes.Select(EventMapping.Write));
        return response;
    }

    private static (List<WatchEvent> Valid, RpcStatus?[] Errors) Read(V1.WriteEventsRequest request, long nowMs)
    {
        var violations = new FieldViolations(MaxViolationsPerEvent);
        var valid = new List<WatchEvent>(request.Events.Count);
        var errors = new RpcStatus?[request.Events.Count];
        for (var i = 0; i < errors.Length; i++)
        {
            violations.Clear();
            var result = EventReader.Read(request.Events[i], nowMs, violations.In("events", i));
            if (violations.Any) errors[i] = RpcErrors.BadRequest(violations);
            else valid.Add(result);
        }

        return (valid, errors);
    }
}
