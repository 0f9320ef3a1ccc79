using System.Buffers;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Validation;

namespace Recsys.Server.Hosting;

/// <summary>Request parsing whose failures are the caller's, not the server's, and whose memory is bounded.</summary>
internal static class CheckedRequests
{
    public static Marshaller<T> Wrap<T>(Marshaller<T> inner)
    {
        var descriptor = (MessageDescriptor?)typeof(T).GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        return new Marshaller<T>(inner.ContextualSerializer, context =>
        {
            if (descriptor is not null) ThrowIfTooMuch(context.PayloadAsReadOnlySequence(), descriptor);
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

    private static void ThrowIfTooMuch(in ReadOnlySequence<byte> payload, MessageDescriptor descriptor)
    {
        if (payload.Length <= UnpackedSize.HarmlessBytes) return;
        var bytes = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        try
        {
            payload.CopyTo(bytes);
            if (UnpackedSize.IsTooMuch(bytes.AsSpan(0, (int)payload.Length), descriptor)) throw RpcErrors.TooLarge().ToRpcException();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
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
