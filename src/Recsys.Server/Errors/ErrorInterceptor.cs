using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Recsys.Server.Hosting;

namespace Recsys.Server.Errors;

/// <summary>Turns what a call throws into its status. Nothing unexpected leaves the server but an id that the log has too.</summary>
internal sealed class ErrorInterceptor(ILogger<ErrorInterceptor> log, IHostApplicationLifetime lifetime) : Interceptor
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel.";
    private const string RequestReading = "Grpc.AspNetCore.Server.Internal.PipeExtensions.Read";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception)
        {
            throw ToRpcException(exception, context);
        }
    }

    private RpcException ToRpcException(Exception exception, ServerCallContext context)
    {
        if (exception is RpcException rpc) return rpc;

        // A client that went away shows up as broken pipes and "can't write" exceptions of many kinds, which are of no interest.
        if (context.CancellationToken.IsCancellationRequested || IsReset(exception))
            return RpcErrors.Make(Code.Cancelled, RpcErrors.Cancelled, "the call was cancelled").ToRpcException();
        if (exception is OperationCanceledException && lifetime.ApplicationStopping.IsCancellationRequested) return RpcErrors.Stopping().ToRpcException();

        // Bytes that are no message, or no frame of one: the caller's fault, not an incident.
        if (exception is InvalidProtocolBufferException or InvalidDataException { Source: "Grpc.AspNetCore.Server" })
            return RpcErrors.Malformed(exception.Message).ToRpcException();
        if (RpcErrors.TryOf(exception) is { } status) return status.ToRpcException();

        var incidentId = Guid.NewGuid().ToString("N")[..12];
        log.CallFailed(exception, context.Method, incidentId);
        return RpcErrors.Internal(incidentId).ToRpcException();
    }

    // A read can fail by the client's reset a moment before the call's token says so; then gRPC's reader throws what Kestrel left for it.
    private static bool IsReset(Exception exception) =>
        exception is IOException { StackTrace: { } trace } && (trace.Contains(Kestrel, StringComparison.Ordinal) || trace.Contains(RequestReading, StringComparison.Ordinal));
}
