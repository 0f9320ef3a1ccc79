using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Recsys.Server.Validation;
using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Storage;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Errors;

/// <summary>The only maker of google.rpc.Status. Reasons are part of the contract: programs act on them.</summary>
internal static class RpcErrors
{
    public const string Domain = "recsys";
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string MalformedMessage = "MALFORMED_MESSAGE";
    public const string MessageTooLarge = "MESSAGE_TOO_LARGE";
    public const string ApiKeyMissing = "API_KEY_MISSING";
    public const string ApiKeyUnknown = "API_KEY_UNKNOWN";
    public const string ApiKeyRevoked = "API_KEY_REVOKED";
    public const string ScopeMissing = "SCOPE_MISSING";
    public const string NamespaceNotAllowed = "NAMESPACE_NOT_ALLOWED";
    public const string TooManySubscriptions = "TOO_MANY_SUBSCRIPTIONS";
    public const string Overloaded = "OVERLOADED";
    public const string StoreUnavailable = "STORE_UNAVAILABLE";
    public const string ServerStopping = "SERVER_STOPPING";
    public const string Cancelled = "CANCELLED";
    public const string InternalError = "INTERNAL_ERROR";

    private static readonly TimeSpan OverloadDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan UnavailableDelay = TimeSpan.FromSeconds(1);

    private static readonly RpcStatus OverloadedStatus = Make(Code.ResourceExhausted, Overloaded, "too many events are waiting; send this one again", OverloadDelay);

    private static readonly RpcStatus UnavailableStatus = Make(
        Code.Unavailable, StoreUnavailable, "the store did not confirm this event; send it again with the same event_id", UnavailableDelay);

    /// <summary>INVALID_ARGUMENT with every violation.</summary>
    public static RpcStatus BadRequest(FieldViolations violations)
    {
        var detail = new BadRequest();
        detail.FieldViolations.AddRange(violations.All);
        var first = violations.All[0];
        var more = violations.All.Count - 1;
        var status = Make(Code.InvalidArgument, InvalidRequest, $"{first.Field}: {first.Description}{(more > 0 ? $" (and {more} more)" : "")}");
        status.Details.Insert(0, Any.Pack(detail));
        return status;
    }

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    public static RpcStatus BadField(string field, string description)
    {
        var violations = new FieldViolations();
        violations.Add(field, description);
        return BadRequest(violations);
    }

    /// <summary>A status with a stable reason and, where a retry helps, the time after which to try.</summary>
    public static RpcStatus Make(Code code, string reason, string message, TimeSpan? retryAfter = null)
    {
        var status = new RpcStatus { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = Domain, Reason = reason }));
        if (retryAfter is { } delay) status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        return status;
    }

    /// <summary>The error of an event that the engine didn't store; the statuses are shared and must not be changed.</summary>
    public static RpcStatus Of(EventOutcome outcome) => outcome switch
    {
        EventOutcome.Overloaded => OverloadedStatus,
        EventOutcome.Unavailable => UnavailableStatus,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "is no failure"),
    };

    /// <summary>The status of an exception that is expected to reach a caller; null: it's a fault of ours.</summary>
    public static RpcStatus? TryOf(Exception exception) => exception switch
    {
        EngineException engine => Of(engine),
        StoreUnavailableException => Make(Code.Unavailable, StoreUnavailable, exception.Message, UnavailableDelay),
        RpcException rpc => rpc.GetRpcStatus() ?? new RpcStatus { Code = (int)rpc.StatusCode, Message = rpc.Status.Detail },
        OperationCanceledException => Make(Code.Cancelled, Cancelled, "the call was cancelled"),
        _ => null,
    };

    /// <summary>A fault of ours: says nothing but the id under which the log has it.</summary>
    public static RpcStatus Internal(string incidentId) =>
        Make(Code.Internal, InternalError, $"internal error; the server's log has it as {incidentId}");

    public static RpcStatus Stopping() => Make(Code.Unavailable, ServerStopping, "the server is stopping; connect again", UnavailableDelay);

    public static RpcStatus Malformed(string message) => Make(Code.InvalidArgument, MalformedMessage, message);

    /// <summary>A message within the limit of bytes whose many small parts would take far more memory than that.</summary>
    public static RpcStatus TooLarge() => Make(
        Code.ResourceExhausted, MessageTooLarge, $"the message would take more than {UnpackedSize.MaxBytes / (1024 * 1024)} MiB of memory: send its parts in several messages");

    /// <summary>Throws what was found wrong, if anything.</summary>
    public static void ThrowIfAny(this FieldViolations violations)
    {
        if (violations.Any) throw BadRequest(violations).ToRpcException();
    }

    private static RpcStatus Of(EngineException exception)
    {
        var (code, retryAfter) = exception.Kind switch
        {
            EngineErrorKind.InvalidArgument => (Code.InvalidArgument, (TimeSpan?)null),
            EngineErrorKind.NotFound => (Code.NotFound, null),
            EngineErrorKind.FailedPrecondition => (Code.FailedPrecondition, null),
            EngineErrorKind.Aborted => (Code.Aborted, null),
            EngineErrorKind.Overloaded => (Code.ResourceExhausted, OverloadDelay),
            EngineErrorKind.Unavailable => (Code.Unavailable, UnavailableDelay),
            _ => throw new ArgumentOutOfRangeException(nameof(exception), exception.Kind, "is no kind of engine error"),
        };
        var status = Make(code, exception.Reason, exception.Message, retryAfter);
        if (exception.Field.Length > 0)
        {
            var detail = new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = exception.Field, Description = exception.Message } } };
            status.Details.Insert(0, Any.Pack(detail));
        }

        return status;
    }
}
