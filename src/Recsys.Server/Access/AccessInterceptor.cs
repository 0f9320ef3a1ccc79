using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Recsys.Server.Errors;
using Recsys.Server.Hosting;
using Recsys.Serving;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Access;

/// <summary>
/// Lets a call in or not: by its key, the method's scope, and the request's namespace. Streams are let in by key and scope; their handlers ask the
/// call's <see cref="CallAccess"/> again for each message.
/// </summary>
internal sealed class AccessInterceptor(Func<Engine> engine, ReflectionPolicy reflection, HostParts parts) : Interceptor
{
    private static readonly object AccessKey = typeof(CallAccess);

    /// <summary>What the call may do.</summary>
    public static CallAccess Of(ServerCallContext context) => (CallAccess)context.UserState[AccessKey];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context, request);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context, request);
        return continuation(request, responseStream, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context, null);
        return continuation(requestStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context, null);
        return continuation(requestStream, responseStream, context);
    }

    private void Admit(ServerCallContext context, object? request)
    {
        if (context.Method.StartsWith("/grpc.health.v1.", StringComparison.Ordinal)) return;
        var access = new CallAccess(parts.OwnerOnly ? null : engine().ApiKeys, Secret(context.RequestHeaders));
        context.UserState[AccessKey] = access;
        if (Refusal(context.Method, access, request) is { } refusal) throw refusal.ToRpcException();
    }

    private RpcStatus? Refusal(string method, CallAccess access, object? request)
    {
        if (method.StartsWith("/grpc.reflection.", StringComparison.Ordinal)) return reflection.OpenToAll ? null : access.CheckKey();
        if (!MethodScopes.TryGet(method, out var scope))
            return RpcErrors.Make(Code.PermissionDenied, RpcErrors.ScopeMissing, "no key allows this method");

        // Requests without a namespace concern all of them; a stream names one in each message.
        var ns = request is IMessage message
            ? message.Descriptor.FindFieldByName("namespace")?.Accessor.GetValue(message) as string ?? CallAccess.Everywhere
            : null;
        return access.Check(ns, scope);
    }

    private static string? Secret(Metadata headers)
    {
        const string Bearer = "Bearer ";
        if (headers.GetValue("authorization") is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return value[Bearer.Length..].Trim();
        return headers.GetValue("x-api-key")?.Trim();
    }
}
