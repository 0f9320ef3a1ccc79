using Grpc.Core;

namespace Recsys.ServerTests.Running;

/// <summary>Calls with messages as bytes, to send what no generated client would.</summary>
internal static class RawCalls
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    public static Method<byte[], byte[]> Method(MethodType type, string service, string method) => new(type, $"recsys.v1.{service}", method, Bytes, Bytes);

    public static async Task<byte[]> UnaryAsync(CallInvoker invoker, string service, string method, byte[] request) =>
        await invoker.AsyncUnaryCall(Method(MethodType.Unary, service, method), null, new CallOptions(cancellationToken: Eventually.Soon()), request);

    public static AsyncDuplexStreamingCall<byte[], byte[]> Duplex(CallInvoker invoker, string service, string method, CancellationToken cancellationToken) =>
        invoker.AsyncDuplexStreamingCall(Method(MethodType.DuplexStreaming, service, method), null, new CallOptions(cancellationToken: cancellationToken));
}
