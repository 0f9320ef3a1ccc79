using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Validation;

namespace Recsys.Server.Hosting;

/// <summary>Request parsing whose failures are the caller's, not the server's.</summary>
internal static class CheckedRequests
{
    public static Marshaller<T> Wrap<T>(Marshaller<T> inner)
    {
        var descriptor = (MessageDescriptor?)typeof(T).GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        return new Marshaller<T>(inner.ContextualSerializer, context =>
        {
            try
            {
                return inner.ContextualDeserializer(context);
            }
            catch (InvalidProtocolBufferException exception)
            {
                return Repair(context, descriptor) is T repaired ? repaired : throw RpcErrors.Malformed($"the message is no valid {descriptor?.FullName}: {exception.Message}").ToRpcException();
            }
        });
    }

    private static IMessage? Repair(DeserializationContext context, MessageDescriptor? descriptor)
    {
        if (descriptor is null || Utf8Repair.TryRepair(context.PayloadAsReadOnlySequence(), descriptor) is not { } bytes) return null;
        try
        {
            return descriptor.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null; // broken in other ways too; the first error is reported
        }
    }
}
